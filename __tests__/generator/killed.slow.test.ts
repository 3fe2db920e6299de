import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simulatedTopics } from '../../runtime/generator/simulated-topics.ts';
import { dbt, failuresOf } from '../dbt/dbt.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { eventually } from '../support/eventually.ts';
import { TestPipeline } from '../support/pipeline.ts';
import { settings, simulate } from './support.ts';

const users = 500;
const days = 3;
const { startMs } = settings();

let kafka: TestBroker;
let pipeline: TestPipeline;
let generator: ChildProcess | undefined;

beforeAll(async () => {
  kafka = await startTestBroker();
  pipeline = await TestPipeline.create(kafka.broker.address);
});

afterAll(async () => {
  if (generator?.exitCode === null && generator.signalCode === null) {
    generator.kill('SIGKILL');
    await once(generator, 'exit');
  }
  await pipeline?.remove();
  await kafka?.remove();
});

const state = () => join(pipeline.folder, 'generator');
const checkpoint = () => join(state(), 'checkpoint.json');

function startGenerator(): ChildProcess {
  const instant = (ms: number) => new Date(ms).toISOString();
  const window = ['-s', instant(startMs), '-e', instant(startMs + days * 86_400_000)];
  generator = spawn(
    process.execPath,
    ['runtime/cli.ts', 'generate', '-n', `${users}`, '-g', '0', ...window, '--state', state()],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, BEATFLOW_KAFKA_BROKERS: kafka.broker.address },
    },
  );
  return generator;
}

/** Runs the generator to the end of its window. */
async function finish(): Promise<void> {
  const [code] = await once(startGenerator(), 'exit');
  expect(code).toBe(0);
}

const count = async (sql: string) => Number((await pipeline.query<{ n: bigint }>(sql))[0]?.n);

test('a generator killed with -9 and resumed leaves repeats in Kafka and the lake, and no repeated stream', async () => {
  await mkdir(state(), { recursive: true });
  const killed = startGenerator();
  await eventually('the first checkpoint is written', async () => {
    if (killed.exitCode !== null) return true;
    const text = await readFile(checkpoint(), 'utf8').catch(() => '{}');
    return ((JSON.parse(text) as { safeUntil?: number }).safeUntil ?? 0) > 0;
  });
  const saved = join(pipeline.folder, 'checkpoint-at-the-kill.json');
  await copyFile(checkpoint(), saved);
  killed.kill('SIGKILL');
  if (killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit');
  expect(killed.signalCode).toBe('SIGKILL');
  await finish();
  // A kill can come after the events were sent and before the checkpoint says so: the run goes on from the older one.
  await copyFile(saved, checkpoint());
  await finish();

  const consumer = await pipeline.startConsumer();
  for (const topic of simulatedTopics) await pipeline.awaitLake(topic, 120_000);
  await consumer.stop();
  expect((await pipeline.load()).refused).toEqual([]);
  const { results } = await dbt(pipeline.folder, join(pipeline.folder, 'warehouse.duckdb'), [
    'run',
    '--select',
    '+fct_streams',
  ]);
  expect(failuresOf(results)).toEqual([]);

  const { events } = simulate({
    settings: settings({ users }),
    catalogue: { type: 'synthetic', size: 10_000 },
    days,
    formats: ['json'],
  });
  const played = events.get('listen_events')?.length ?? 0;
  expect(played).toBeGreaterThan(100);
  expect(await count('select count(*) as n from raw.listen_events')).toBeGreaterThan(played);
  expect(await count('select count(*) as n from core.fct_streams')).toBe(played);
  expect(
    await count(`select count(*) as n from (
      select 1 from core.fct_streams group by user_id, session_id, item_in_session having count(*) > 1)`),
  ).toBe(0);
}, 600_000);
