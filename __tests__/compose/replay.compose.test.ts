/** The containers' commands, one after the other on this machine: what an engine would do but for the isolation. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleCli } from '../../artifacts/bundle-cli.ts';
import { freePort } from '../../runtime/local/free-port.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { eventually } from '../support/eventually.ts';
import { environmentOf, service } from './services.ts';

const limitMs = 600_000;
const folder = mkdtempSync(join(tmpdir(), 'beatflow-compose-replay-'));
const running: ChildProcess[] = [];
let kafka: TestBroker;

beforeAll(async () => {
  kafka = await startTestBroker();
  await bundleCli(join(folder, 'beatflow'));
  for (const name of ['lake', 'state', 'warehouse', 'marts', 'tmp']) mkdirSync(join(folder, name));
  cpSync('docker/batch.sh', join(folder, 'beatflow', 'batch.sh'));
}, limitMs);
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await kafka.remove();
  rmSync(folder, { recursive: true });
});

/** What a container sees, with its places on this machine. */
function here(name: string, changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = Object.entries(environmentOf(name)).map(([key, value]) => [
    key,
    value
      .replace(/^broker:9092$/, kafka.broker.address)
      .replace(/^\/(lake|state|warehouse|marts)(?=$|\/)/, (path) => join(folder, path)),
  ]);
  return {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'tmp'),
    ...Object.fromEntries(given),
    ...changes,
  };
}

const program = join(folder, 'beatflow', 'beatflow.mjs');

function start(name: string, changes: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [program, ...(service(name).command ?? [])], {
    cwd: folder,
    env: here(name, changes),
    stdio: 'ignore',
  });
  running.push(child);
  return child;
}

function finish(
  name: string,
  command: string,
  args: readonly string[],
  changes: Readonly<Record<string, string>> = {},
) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env: here(name, changes),
    encoding: 'utf8',
    timeout: limitMs,
  });
  if (status !== 0) throw new Error(`${name}: ${stdout}${stderr}`);
}

/** Whether a service's health check passes, its port replaced by the one that is free here. */
function healthy(name: string, port = 'none', to = 0): boolean {
  const [, command = '', ...args] = service(name).healthcheck?.test ?? [];
  const script = args.map((argument) =>
    argument.replace(port, String(to)).replace('/marts', join(folder, 'marts')),
  );
  return spawnSync(command, script, { env: here(name), timeout: 60_000 }).status === 0;
}

test(
  'broker, provision, consumer, generator, batch and dashboard come up in their order',
  async () => {
    finish('provision', process.execPath, [program, ...(service('provision').command ?? [])]);
    const healthPort = await freePort(18_081);
    const consumer = start('consumer', {
      BEATFLOW_HEALTH_PORT: String(healthPort),
      BEATFLOW_COMMIT_INTERVAL_SECONDS: '1',
    });
    await eventually('the consumer is healthy', async () => healthy('consumer', '8081', healthPort), limitMs);
    finish('generator', process.execPath, [program, ...(service('generator').command ?? [])], {
      BEATFLOW_USERS: '200',
      BEATFLOW_BACKFILL_DAYS: '1',
      BEATFLOW_LIVE: 'no',
    });
    consumer.kill('SIGTERM');
    expect(await once(consumer, 'exit')).toEqual([0, null]);
    expect(healthy('batch')).toBe(false);
    const { dbt, avroExtension } = await installedTools();
    finish('batch', join(folder, 'beatflow', 'batch.sh'), ['once'], {
      BEATFLOW_PROGRAM: program,
      BEATFLOW_DBT: dbt,
      BEATFLOW_DBT_PROJECT: resolve('dbt'),
      BEATFLOW_DUCKDB_AVRO_EXTENSION: avroExtension,
      DBT_TARGET_PATH: join(folder, 'tmp/target'),
      DBT_LOG_PATH: join(folder, 'tmp/logs'),
    });
    expect(healthy('batch')).toBe(true);
    const pagePort = await freePort(18_080);
    start('dashboard', { BEATFLOW_DASHBOARD_HOST: '127.0.0.1', BEATFLOW_DASHBOARD_PORT: String(pagePort) });
    await eventually('the page is healthy', async () => healthy('dashboard', '8080', pagePort), limitMs);
    const page = await fetch(`http://127.0.0.1:${pagePort}/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')]);
  },
  limitMs,
);
