import { Kafka, type LogEntry, logLevel } from 'kafkajs';
import type { Logger } from '../program/logger.ts';
import type { KafkaConnection } from './config.ts';
import { securitySettings } from './security.ts';

// kafkajs reports these at level ERROR while a broker starts, restarts or rebalances, and mends them by retrying.
const passingFaults =
  /coordinator is loading|coordinator is not available|group is rebalancing|CONCURRENT_TRANSACTIONS|not the leader|does not host this topic-partition|Rebalance in progress|rebalance is in progress/i;

function forwardLog(logger: Logger) {
  return () => (entry: LogEntry) => {
    const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...details } = entry.log;
    const text = `${message} ${String(details.error ?? '')}`;
    if (entry.level === logLevel.ERROR && !passingFaults.test(text)) logger.warn({ kafka: details }, message);
    else logger.debug({ kafka: details }, message);
  };
}

/**
 * The kafkajs client with settings that survive broker restarts: retries have no end and short pauses, so a send or
 * fetch waits while the broker is away and goes on within a second of its return.
 */
export function createClient(connection: KafkaConnection, logger: Logger): Kafka {
  const security = securitySettings(connection.security);
  return new Kafka({
    brokers: [...connection.brokers],
    clientId: connection.clientId,
    ...security,
    // On this machine an address answers at once or not at all; over a network there is a handshake to wait for.
    connectionTimeout: security.ssl ? 10_000 : 1000,
    logLevel: logLevel.WARN,
    logCreator: forwardLog(logger),
    retry: {
      initialRetryTime: 100,
      maxRetryTime: 1000,
      multiplier: 1.5,
      factor: 0.2,
      retries: Number.MAX_SAFE_INTEGER,
    },
  });
}
