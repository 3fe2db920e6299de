import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { KafkaAdmin } from '../kafka/admin.ts';
import { SetupError } from '../program/errors.ts';
import { freePort } from './free-port.ts';
import { classpathOf, clusterIdOf, prepareBrokerFolder } from './kafka-broker-files.ts';
import { isAlive } from './process-alive.ts';

const startDeadlineMs = 60_000;
const stopDeadlineMs = 8_000;
const answerDeadlineMs = 15_000;
const portAttempts = 4;

interface KafkaBrokerProps {
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

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}

function spawnBroker(folder: string, classpath: string, output: number): ChildProcess {
  return spawn(
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
    { detached: true, stdio: ['ignore', output, output] },
  );
}

/** The id of whatever cluster answers at an address; undefined where none does in time. */
async function answeringCluster(address: string): Promise<string | undefined> {
  const logger = pino({ level: 'silent' });
  const asked = KafkaAdmin.connect({ brokers: [address], clientId: 'beatflow-local' }, logger).then(
    async (admin) => {
      const id = await admin.clusterId();
      await admin.disconnect();
      return id;
    },
  );
  return Promise.race([asked, delay(answerDeadlineMs, undefined, { ref: false })]);
}

/**
 * Starts the broker on a port that was free a moment ago; undefined when another process took the port meanwhile.
 * What answers on the port is asked for its cluster id: it could be that other process.
 */
async function startOnPort(
  folder: string,
  classpath: string,
  port: number,
): Promise<KafkaBroker | undefined> {
  await prepareBrokerFolder(folder, classpath, { broker: port, controller: await freePort(port + 1) });
  const output = await open(join(folder, 'output.log'), 'w');
  const broker = spawnBroker(folder, classpath, output.fd);
  const ended = once(broker, 'exit').then(() => undefined);
  await output.close();
  await writeFile(join(folder, 'broker.pid'), String(broker.pid));
  const isRunning = () => broker.exitCode === null && broker.signalCode === null;
  const end = async (signal: NodeJS.Signals) => {
    if (isRunning()) broker.kill(signal);
    if (!(await Promise.race([ended.then(() => true), delay(stopDeadlineMs, false, { ref: false })]))) {
      broker.kill('SIGKILL');
      await ended;
    }
    await rm(join(folder, 'broker.pid'), { force: true });
  };

  const address = `127.0.0.1:${port}`;
  const answered = await until(() => !isRunning() || accepts(port), startDeadlineMs);
  if (answered && isRunning() && (await answeringCluster(address)) === (await clusterIdOf(folder))) {
    return {
      address,
      pid: broker.pid as number,
      ended,
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
    };
  }
  const failed = !isRunning();
  await end('SIGKILL');
  const logs = await Promise.all(
    ['server.log', 'output.log'].map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
  );
  if (answered && (!failed || logs.some((log) => /BindException/.test(log)))) return undefined;
  throw new SetupError(
    'broker_unreachable',
    `the Kafka broker did not start; the end of its log:\n${logs.map(lastLines).join('\n')}`,
  );
}

/**
 * Starts Apache Kafka on this machine's Java: one KRaft node, loopback only. Resolves once it answers.
 * @throws SetupError `broker_unreachable` with the end of the broker's log when it does not come up; `port_taken`
 *   when every port that was tried was taken by another process first.
 */
export async function startKafkaBroker(props: KafkaBrokerProps): Promise<KafkaBroker> {
  const { folder } = props;
  await stopLeftover(folder);
  const classpath = await classpathOf(props.jars);
  for (let attempt = 0; attempt < portAttempts; attempt++) {
    const port = await freePort(attempt === 0 ? (props.port ?? 19_092) : 0);
    const broker = await startOnPort(folder, classpath, port);
    if (broker) return broker;
  }
  throw new SetupError(
    'port_taken',
    `${portAttempts} ports were taken by others before the Kafka broker had them: start again`,
  );
}
