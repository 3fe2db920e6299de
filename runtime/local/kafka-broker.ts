import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SetupError } from '../program/errors.ts';
import { freePort } from './free-port.ts';

const startDeadlineMs = 60_000;
const stopDeadlineMs = 8_000;

export interface KafkaBrokerProps {
  /** Folder of the broker's data, configuration and log; kept between starts. */
  readonly folder: string;
  /** Folder of Apache Kafka's jars. */
  readonly jars: string;
  /** Port to listen on; another one is taken where something listens there. @default 19092 */
  readonly port?: number;
}

/** A running broker on loopback. */
export interface KafkaBroker {
  /** `host:port`. */
  readonly address: string;
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Asks the broker to stop and waits for it. */
  stop(): Promise<void>;
  /** Ends the broker at once, as a crash would. */
  kill(): Promise<void>;
}

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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean | Promise<boolean>, deadlineMs: number): Promise<boolean> {
  const deadline = Date.now() + deadlineMs;
  while (Date.now() < deadline) {
    if (await condition()) return true;
    await delay(50);
  }
  return false;
}

/** Stops the broker that an earlier run, killed before it could, left behind in this folder. */
async function stopLeftover(folder: string): Promise<void> {
  const pidFile = join(folder, 'broker.pid');
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!pid || !isAlive(pid)) return;
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({
    stdout: '',
  }));
  if (!stdout.includes(join(folder, 'server.properties'))) return;
  process.kill(pid, 'SIGTERM');
  if (!(await until(() => !isAlive(pid), stopDeadlineMs))) process.kill(pid, 'SIGKILL');
  await rm(pidFile, { force: true });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function format(folder: string, classpath: string): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url');
  const properties = join(folder, 'server.properties');
  const tool = ['-XX:TieredStopAtLevel=1', '-cp', classpath, 'kafka.tools.StorageTool', 'format'];
  // As one argument: an id may begin with a dash, which would be taken for an option.
  const options = [`--cluster-id=${clusterId}`, '-c', properties, '--ignore-formatted'];
  await promisify(execFile)('java', [...tool, ...options]);
}

async function lastLines(path: string): Promise<string> {
  const content = await readFile(path, 'utf8').catch(() => '');
  return content.trim().split('\n').slice(-5).join('\n');
}

/**
 * Starts Apache Kafka on this machine's Java: one KRaft node, loopback only. Resolves once it accepts connections.
 * @throws SetupError `broker_unreachable` with the end of the broker's log when it does not come up.
 */
export async function startKafkaBroker(props: KafkaBrokerProps): Promise<KafkaBroker> {
  const { folder, jars } = props;
  await mkdir(folder, { recursive: true });
  await stopLeftover(folder);
  const port = await freePort(props.port ?? 19_092);
  const controllerPort = await freePort(port + 1);
  const classpath = (await readdir(jars)).map((jar) => join(jars, jar)).join(':');
  await writeFile(join(folder, 'server.properties'), serverProperties(folder, port, controllerPort));
  await writeFile(join(folder, 'log4j2.yaml'), logConfiguration);
  const formatted = await readdir(join(folder, 'data')).catch(() => []);
  if (formatted.length === 0) await format(folder, classpath);

  const output = await open(join(folder, 'output.log'), 'w');
  const broker: ChildProcess = spawn(
    'java',
    [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      `-Dlog4j2.configurationFile=${join(folder, 'log4j2.yaml')}`,
      `-Dkafka.logs.dir=${folder}`,
      '-cp',
      classpath,
      'kafka.Kafka',
      join(folder, 'server.properties'),
    ],
    // A process group of its own: Ctrl-C reaches the runner, which stops the broker last.
    { detached: true, stdio: ['ignore', output.fd, output.fd] },
  );
  const ended = once(broker, 'exit').then(() => undefined);
  await output.close();
  const pid = broker.pid as number;
  await writeFile(join(folder, 'broker.pid'), String(pid));
  const up = await until(() => broker.exitCode !== null || accepts(port), startDeadlineMs);
  if (!up || broker.exitCode !== null) {
    if (broker.exitCode === null) broker.kill('SIGKILL');
    const log = `${await lastLines(join(folder, 'server.log'))}\n${await lastLines(join(folder, 'output.log'))}`;
    throw new SetupError('broker_unreachable', `the Kafka broker did not start; the end of its log:\n${log}`);
  }
  const end = async (signal: NodeJS.Signals) => {
    if (broker.exitCode === null && broker.signalCode === null) broker.kill(signal);
    const done = await Promise.race([ended.then(() => true), delay(stopDeadlineMs, false, { ref: false })]);
    if (!done) {
      broker.kill('SIGKILL');
      await ended;
    }
    await rm(join(folder, 'broker.pid'), { force: true });
  };
  return {
    address: `127.0.0.1:${port}`,
    pid,
    ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
