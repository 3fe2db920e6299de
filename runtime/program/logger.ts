import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

const severities: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/**
 * A program's log: JSON lines on standard output with the `severity`, `message` and `time` that Cloud Logging
 * reads.
 */
export function createLogger(program: string, destination?: DestinationStream): Logger {
  const options = {
    base: { program },
    level: process.env.BEATFLOW_LOG_LEVEL ?? 'info',
    messageKey: 'message',
    errorKey: 'error',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ severity: severities[label] ?? 'DEFAULT' }) },
  };
  return destination ? pino(options, destination) : pino(options);
}
