import { type ConfigOf, text, variable } from '../program/config.ts';
import { type KafkaSecurity, kafkaSecurityVariables } from './security.ts';

/** Where and how a program reaches Kafka; every program that talks to it spreads these into its own variables. */
export const kafkaVariables = {
  kafkaBrokers: variable(
    'BEATFLOW_KAFKA_BROKERS',
    'Kafka bootstrap addresses, host:port, comma-separated.',
    text.list().refine((brokers) => brokers.every((broker) => /^[^\s:]+:\d{1,5}$/.test(broker)), {
      error: 'expected host:port entries, comma-separated',
    }),
  ),
  ...kafkaSecurityVariables,
};

/** What a Kafka client needs to connect. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  /** Names the program in the broker's logs and metrics. */
  readonly clientId: string;
  /** @default a broker without TLS and users, such as one on this machine */
  readonly security?: KafkaSecurity;
}

/** The connection of a program from its configuration. */
export function kafkaConnection(config: ConfigOf<typeof kafkaVariables>, clientId: string): KafkaConnection {
  return { brokers: config.kafkaBrokers, clientId, security: config };
}
