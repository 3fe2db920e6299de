import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../runtime/local/free-port.ts';
import { classpathOf, prepareBrokerFolder } from '../../runtime/local/kafka-broker-files.ts';
import { kafkaJars } from '../support/broker.ts';

/** A broker that asks for a user and a password over TLS, and knows who may do what, as the deployed one does. */
export interface SecuredBroker {
  readonly address: string;
  /** PEM file of the broker's certificate, which is its own authority. */
  readonly caFile: string;
  /** Credentials file of a user. */
  readonly credentials: (user: 'admin' | 'generator' | 'consumer') => string;
  stop(): Promise<void>;
}

const users = ['admin', 'generator', 'consumer'] as const;
const password = (user: string) => `${user}-pass"word`;
const storePassword = 'only-for-this-test';

function makeCertificate(folder: string): void {
  const store = ['-keystore', join(folder, 'broker.p12'), '-storepass', storePassword, '-alias', 'broker'];
  execFileSync('keytool', [
    ...['-genkeypair', '-keyalg', 'EC', '-storetype', 'PKCS12', '-dname', 'CN=broker', '-validity', '2'],
    ...['-ext', 'san=ip:127.0.0.1', ...store],
  ]);
  execFileSync('keytool', ['-exportcert', '-rfc', '-file', join(folder, 'ca.pem'), ...store]);
}

/** Starts it in a folder, with its users; it may not listen yet. */
export async function startSecuredBroker(folder: string): Promise<SecuredBroker> {
  const classpath = await classpathOf(kafkaJars);
  const ports = { broker: await freePort(0), controller: await freePort(0) };
  await prepareBrokerFolder(folder, classpath, ports);
  makeCertificate(folder);
  const plain = readFileSync(join(folder, 'server.properties'), 'utf8');
  const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${password('admin').replace('"', '\\\\"')}";`;
  writeFileSync(
    join(folder, 'server.properties'),
    `${plain
      .replaceAll('PLAINTEXT://', 'SASL_SSL://')
      .replace('inter.broker.listener.name=PLAINTEXT', 'inter.broker.listener.name=SASL_SSL')
      .replace('PLAINTEXT:PLAINTEXT', 'SASL_SSL:SASL_SSL')}
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${jaas}
ssl.keystore.type=PKCS12
ssl.keystore.location=${join(folder, 'broker.p12')}
ssl.keystore.password=${storePassword}
ssl.truststore.type=PEM
ssl.truststore.location=${join(folder, 'ca.pem')}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
`,
  );
  // Formatted once more, with the users.
  execFileSync('rm', ['-r', join(folder, 'data')]);
  execFileSync('java', [
    ...['-cp', classpath, 'kafka.tools.StorageTool', 'format', '--cluster-id=c2VjdXJlZC1icm9rZXItaA'],
    ...['-c', join(folder, 'server.properties')],
    ...users.flatMap((user) => ['--add-scram', `SCRAM-SHA-512=[name=${user},password=${password(user)}]`]),
  ]);
  const output = openSync(join(folder, 'output.log'), 'w');
  const broker: ChildProcess = spawn(
    'java',
    [
      ...['-Xmx256m', '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${join(folder, 'log4j2.yaml')}`],
      ...[`-Dkafka.logs.dir=${folder}`, '-cp', classpath, 'kafka.Kafka', join(folder, 'server.properties')],
    ],
    { stdio: ['ignore', output, output] },
  );
  const ended = once(broker, 'exit');
  for (const user of users) {
    const credentials = { username: user, password: password(user) };
    writeFileSync(join(folder, `${user}.json`), JSON.stringify(credentials));
  }
  return {
    address: `127.0.0.1:${ports.broker}`,
    caFile: join(folder, 'ca.pem'),
    credentials: (user) => join(folder, `${user}.json`),
    async stop() {
      broker.kill('SIGKILL');
      await ended;
    },
  };
}
