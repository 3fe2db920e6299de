import { errorMessage, exitCodes, SetupError } from './errors.ts';
import { createLogger, type Logger } from './logger.ts';

/** What a program gets from its surroundings. */
export interface ProgramContext {
  readonly logger: Logger;
  /** Aborted by SIGTERM, SIGINT, or when the parent that started the program over IPC is gone. */
  readonly stop: AbortSignal;
}

interface ProgramOptions {
  /** Where the log goes; programs whose data goes to standard output name the other. @default standard output */
  readonly logTo?: 'stderr';
  /** Milliseconds that stopping may take, such as with a broker that is gone. @default 30 seconds, then it exits with 1 */
  readonly stopDeadlineMs?: number;
}

const defaultStopDeadlineMs = 30_000;

/**
 * Runs a program to its end: asks it to stop on the first signal, ends at once on the second, and exits with
 * one of {@link exitCodes}.
 */
export async function runProgram(
  name: string,
  main: (context: ProgramContext) => Promise<void>,
  options: ProgramOptions = {},
): Promise<void> {
  const logger = createLogger(name, options.logTo === 'stderr' ? process.stderr : undefined);
  const controller = new AbortController();
  const stop = (reason: string) => {
    if (controller.signal.aborted) {
      if (reason !== 'parent gone') process.exit(exitCodes.unexpected);
      return;
    }
    logger.info({ reason }, 'stopping');
    controller.abort();
    const deadlineMs = options.stopDeadlineMs ?? defaultStopDeadlineMs;
    setTimeout(() => {
      logger.error({ deadlineMs }, 'did not stop in time; what was not finished is left to the next start');
      process.exit(exitCodes.unexpected);
    }, deadlineMs).unref();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (process.connected) process.once('disconnect', () => stop('parent gone'));

  try {
    await main({ logger, stop: controller.signal });
    process.exitCode = exitCodes.done;
  } catch (error) {
    const setup = error instanceof SetupError;
    logger.fatal(setup ? { code: error.code } : { error }, errorMessage(error));
    if (process.stderr.isTTY || setup) process.stderr.write(`${name}: ${errorMessage(error)}\n`);
    process.exitCode = setup ? exitCodes.setup : exitCodes.unexpected;
  } finally {
    if (process.connected) process.disconnect();
  }
}

/** Calls `handler` whenever the parent process, where one started this program over IPC, asks for `request`. */
export function onParentRequest(request: string, handler: () => void): void {
  if (!process.connected) return;
  process.on('message', (message) => {
    if ((message as { readonly request?: string }).request === request) handler();
  });
}

/** Sends a report to the parent process, where one started this program over IPC; else does nothing. */
export function reportToParent(report: unknown): void {
  if (process.connected) process.send?.(report);
}
