import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

function serverProperties(folder: string, port: number, controllerPort: number): string {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    // A broker that was killed comes back as soon as its old registration expires; the default is nine seconds.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
  };
  return `${Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

// log4j's own shutdown hook would stop before the broker has logged its shutdown.
const logConfiguration = `Configuration:
  status: warn
  shutdownHook: disable
  Appenders:
    RollingFile:
      name: File
      fileName: "\${sys:kafka.logs.dir}/server.log"
      filePattern: "\${sys:kafka.logs.dir}/server.log.%i"
      PatternLayout: { pattern: "%d{ISO8601} %p [%t] %c - %m%n" }
      Policies: { SizeBasedTriggeringPolicy: { size: "20MB" } }
      DefaultRolloverStrategy: { max: 3 }
  Loggers:
    Root: { level: info, AppenderRef: { ref: File } }
`;

/** Java's class path of all jars in a folder. */
export async function classpathOf(jars: string): Promise<string> {
  return (await readdir(jars)).map((jar) => join(jars, jar)).join(':');
}

/** Gives the data folder its cluster id, unless it has one. */
async function format(folder: string, classpath: string): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url');
  const properties = join(folder, 'server.properties');
  const tool = ['-XX:TieredStopAtLevel=1', '-cp', classpath, 'kafka.tools.StorageTool', 'format'];
  // As one argument: an id may begin with a dash, which would be taken for an option.
  const options = [`--cluster-id=${clusterId}`, '-c', properties, '--ignore-formatted'];
  await promisify(execFile)('java', [...tool, ...options]);
}

/** Writes the broker's configuration and formats its data folder where that is new. */
export async function prepareBrokerFolder(
  folder: string,
  classpath: string,
  ports: { readonly broker: number; readonly controller: number },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'server.properties'),
    serverProperties(folder, ports.broker, ports.controller),
  );
  await writeFile(join(folder, 'log4j2.yaml'), logConfiguration);
  const data = await readdir(join(folder, 'data')).catch(() => []);
  if (data.length === 0) await format(folder, classpath);
}

/** The cluster id that the data folder was formatted with. */
export async function clusterIdOf(folder: string): Promise<string | undefined> {
  const properties = await readFile(join(folder, 'data', 'meta.properties'), 'utf8');
  return /^cluster\.id=(.+)$/m.exec(properties)?.[1];
}
