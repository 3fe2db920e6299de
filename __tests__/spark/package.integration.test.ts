import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sparkPackage } from '../../artifacts/spark.ts';
import { decodeLiveSnapshot } from '../../runtime/lake/live-snapshot.ts';
import { sparkVariables } from '../../runtime/spark/config.ts';
import { runPython } from './python.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-spark-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the package is imported from its zip, contract and all, and its bytes are always the same', async () => {
  const { path, sha256, name } = sparkPackage(folder);
  const first = readFileSync(path);
  expect(sparkPackage(folder).sha256).toBe(sha256);
  expect(readFileSync(path).equals(first)).toBe(true);
  expect(name).toBe(`spark/beatflow_spark-${sha256}.zip`);
  const program = [
    'import sys, zipfile',
    'sys.path[:] = [sys.argv[1], *(path for path in sys.path if "runtime/spark" not in path)]',
    'assert zipfile.ZipFile(sys.argv[1]).testzip() is None',
    'from beatflow_spark import contract, committer, writing',
    'print(committer.__file__, *sorted(contract.load_contract().topics))',
  ].join('\n');
  const { code, stdout, stderr } = await runPython(['-c', program, path]);
  expect([code, stderr, stdout]).toEqual([
    0,
    '',
    `${path}/beatflow_spark/committer.py auth_events listen_events page_view_events status_change_events\n`,
  ]);
});

const read = async (environment: Readonly<Record<string, string>>) => {
  const program = [
    'import json, sys',
    'from beatflow_spark import config, contract, faults',
    'try:',
    '    found = config.read_config(json.loads(sys.argv[1]), contract.load_contract())',
    '    print(json.dumps(vars(found), default=sorted))',
    'except faults.SetupError as error:',
    '    print(error)',
  ].join('\n');
  return (await runPython(['-c', program, JSON.stringify(environment)])).stdout;
};

const needed = { BEATFLOW_KAFKA_BROKERS: 'one:9092, two:9093', BEATFLOW_LAKE: 'gs://bucket/folder' };

test('the job knows each variable of the typed list, and has its defaults', async () => {
  const source = readFileSync('runtime/spark/beatflow_spark/config.py', 'utf8');
  const names = new Set(source.match(/BEATFLOW_\w+/g));
  expect([...names].sort()).toEqual(
    Object.values(sparkVariables)
      .map(({ env }) => env)
      .sort(),
  );
  const defaults = Object.fromEntries(
    Object.entries(sparkVariables).map(([key, { schema }]) => [key, schema.safeParse(undefined).data]),
  );
  expect(JSON.parse(await read(needed))).toEqual({
    brokers: 'one:9092,two:9093',
    security: defaults.kafkaSecurity,
    ca: null,
    credentials: null,
    lake: 'gs://bucket/folder',
    group: defaults.group,
    log_generation: defaults.logGeneration,
    json_topics: defaults.jsonTopics,
    commit_interval_seconds: defaults.commitIntervalSeconds,
    buffer_bytes: Number(defaults.bufferMiB) << 20,
    max_open_hours: defaults.maxOpenHours,
    codec: defaults.codec,
    batch_records: defaults.batchRecords,
    master: null,
    jars: null,
  });
});

test('all faults of the configuration are said at once', async () => {
  const faults = await read({
    BEATFLOW_KAFKA_BROKERS: 'nowhere',
    BEATFLOW_JSON_TOPICS: 'listen_events,plays',
    BEATFLOW_LOG_GENERATION: '1.5',
    BEATFLOW_COMMIT_INTERVAL_SECONDS: 'soon',
    BEATFLOW_LAKE_CODEC: 'snappy',
    BEATFLOW_KAFKA_SECURITY: 'scram',
  });
  expect(faults.trim().split('\n  ')).toEqual([
    '7 faults in the configuration:',
    expect.stringMatching(/^BEATFLOW_KAFKA_BROKERS is 'nowhere': expected host:port/),
    'BEATFLOW_LAKE is not set',
    expect.stringMatching(
      /^BEATFLOW_JSON_TOPICS is 'listen_events,plays': expected topics of the contract: /,
    ),
    expect.stringMatching(/^BEATFLOW_KAFKA_CREDENTIALS_FILE is not set: scram needs/),
    expect.stringMatching(/^BEATFLOW_LOG_GENERATION is '1.5': expected a whole number from 1 to 9999/),
    expect.stringMatching(/^BEATFLOW_COMMIT_INTERVAL_SECONDS is 'soon': expected a number from 0.1 to 3600/),
    expect.stringMatching(/^BEATFLOW_LAKE_CODEC is 'snappy': expected one of deflate, null/),
  ]);
});

test('Kafka is reached as the configuration says, and no secret is told', async () => {
  const { code, stderr } = await runPython(['__tests__/spark/test_security.py']);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/Ran 4 tests in .*\n\nOK\n$/)]);
});

test('the page takes the live snapshot for one of a consumer', async () => {
  const program = [
    'import json',
    'from beatflow_spark.upkeep import Work, live_snapshot',
    'work = Work()',
    'work.batch_begun()',
    'letters = {"records": 2}',
    'work.batch_ended([{"topic": "auth_events", "deadLetters": letters, "files": [{"records": 40}]}])',
    'assert work.take_dead_letters() == 2 and work.take_dead_letters() == 0',
    'lags = {"auth_events": 3, "listen_events": 0}',
    'print(json.dumps(live_snapshot("me", work, lags, 60_000)))',
    'print(json.dumps(live_snapshot("me", work, lags, -1)))',
  ].join('\n');
  const { stdout, stderr } = await runPython(['-c', program]);
  expect(stderr).toBe('');
  const [fresh, stale] = stdout.trim().split('\n').map(decodeLiveSnapshot);
  expect(fresh).toMatchObject({
    instance: 'me',
    topics: { auth_events: { events: 42, lag: 3 }, listen_events: { events: 0, lag: 0, eventsPerSecond: 0 } },
    oldestUnacknowledgedMs: 0,
  });
  expect(fresh?.topics.auth_events?.eventsPerSecond).toBeGreaterThan(0);
  expect(stale?.topics.auth_events?.eventsPerSecond).toBe(0);
});
