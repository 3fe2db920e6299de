import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { kafkaVariables } from '../../runtime/kafka/config.ts';
import { securitySettings } from '../../runtime/kafka/security.ts';
import { readConfig } from '../../runtime/program/config.ts';

/** Who comes to a broker, and whom they trust. */
interface ClientProps {
  /** A folder for the files that the client reads. */
  readonly folder: string;
  /** `host:port` of the broker. */
  readonly address: string;
  /** Certificates of authorities, PEM. */
  readonly ca: string | undefined;
  readonly credentials: string | undefined;
}

/** The variables of a program that is this client. */
export function clientVariables({ folder, address, ca, credentials }: ClientProps) {
  const at = mkdtempSync(join(folder, 'client-'));
  writeFileSync(join(at, 'ca.pem'), String(ca));
  writeFileSync(join(at, 'credentials.json'), String(credentials));
  return {
    BEATFLOW_KAFKA_BROKERS: address,
    BEATFLOW_KAFKA_SECURITY: 'scram',
    BEATFLOW_KAFKA_CA_FILE: join(at, 'ca.pem'),
    BEATFLOW_KAFKA_CREDENTIALS_FILE: join(at, 'credentials.json'),
  };
}

/** Asks the broker for its topics, without trying for ever: `let in`, or why not. */
export async function tryToConnect(variables: ReturnType<typeof clientVariables>): Promise<string> {
  const { kafkaBrokers, ...security } = readConfig(kafkaVariables, variables);
  const admin = new kafkajs.Kafka({
    brokers: [...kafkaBrokers],
    ...securitySettings(security),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 30_000,
    retry: { retries: 3 },
  } as kafkajs.KafkaConfig).admin();
  try {
    await admin.connect();
    await admin.listTopics();
    return 'let in';
  } catch (error) {
    return String(error);
  } finally {
    await admin.disconnect();
  }
}
