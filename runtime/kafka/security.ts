import { readFileSync } from 'node:fs';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { z } from 'zod';
import { type ConfigOf, text, variable } from '../program/config.ts';
import { SetupError } from '../program/errors.ts';
import { googleBearer } from './google-bearer.ts';

const modes = ['none', 'scram', 'plain', 'google'] as const;

/** How a program proves to Kafka who it is, and Kafka to the program. */
type KafkaSecurityMode = (typeof modes)[number];

/** The variables that say how a Kafka on a network is reached; unset, a broker on this machine is taken as it is. */
export const kafkaSecurityVariables = {
  kafkaSecurity: variable(
    'BEATFLOW_KAFKA_SECURITY',
    'none; scram or plain: a user and password over TLS; google: TLS with the identity of the machine (Managed Kafka).',
    z.enum(modes).default('none') as unknown as z.ZodType<KafkaSecurityMode, string | undefined>,
  ),
  kafkaCaFile: variable(
    'BEATFLOW_KAFKA_CA_FILE',
    'PEM file of the authority that signed the broker; unset: the authorities that Node trusts.',
    text.nonEmpty().optional(),
  ),
  kafkaCredentialsFile: variable(
    'BEATFLOW_KAFKA_CREDENTIALS_FILE',
    'File with {"username": …, "password": …}; needed with scram and plain.',
    text.nonEmpty().optional(),
  ),
};

/** The part of a program's configuration that says how Kafka is reached. */
export type KafkaSecurity = ConfigOf<typeof kafkaSecurityVariables>;

const credentials = z.object({ username: z.string().min(1), password: z.string().min(1) });

function readFileOf(env: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SetupError('configuration', `${env} names ${path}, which cannot be read`, { cause: error });
  }
}

function readCredentials({
  kafkaSecurity,
  kafkaCredentialsFile,
}: KafkaSecurity): z.infer<typeof credentials> {
  const { env } = kafkaSecurityVariables.kafkaCredentialsFile;
  if (kafkaCredentialsFile === undefined) {
    throw new SetupError('configuration', `${env} is not set: ${kafkaSecurity} needs a user and a password`);
  }
  try {
    return credentials.parse(JSON.parse(readFileOf(env, kafkaCredentialsFile)));
  } catch (error) {
    if (error instanceof SetupError) throw error;
    // The cause would quote the file's content, which is secret.
    throw new SetupError(
      'configuration',
      `${env} names ${kafkaCredentialsFile}, which does not hold {"username": …, "password": …}`,
    );
  }
}

/**
 * The TLS and SASL settings of a client.
 * @throws SetupError when a file that is needed is missing or is not what it should be
 */
export function securitySettings(security: KafkaSecurity | undefined): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  if (security === undefined || security.kafkaSecurity === 'none') return {};
  const { kafkaCaFile } = security;
  const ssl =
    kafkaCaFile === undefined
      ? true
      : { ca: [readFileOf(kafkaSecurityVariables.kafkaCaFile.env, kafkaCaFile)] };
  return { ssl, sasl: saslOptions(security) };
}

function saslOptions(security: KafkaSecurity): SASLOptions {
  switch (security.kafkaSecurity) {
    case 'google':
      return { mechanism: 'oauthbearer', oauthBearerProvider: googleBearer };
    case 'plain':
      return { mechanism: 'plain', ...readCredentials(security) };
    default:
      return { mechanism: 'scram-sha-512', ...readCredentials(security) };
  }
}

/** Connects, and says in one line what a person must mend when the broker refuses who the program says it is. */
export async function connectOrExplain(
  connect: () => Promise<void>,
  brokers: readonly string[],
): Promise<void> {
  try {
    await connect();
  } catch (error) {
    // kafkajs does not export its errors to ES modules.
    if (!(error instanceof Error) || error.name !== 'KafkaJSSASLAuthenticationError') throw error;
    throw new SetupError(
      'broker_refused',
      `Kafka at ${brokers.join(', ')} refuses this user or password; compare ${kafkaSecurityVariables.kafkaCredentialsFile.env} with what the broker was given`,
      { cause: error },
    );
  }
}
