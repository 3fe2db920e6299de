/** The Spark job's store in a bucket, as the consumer's is tested: against the emulator, through a proxy with faults. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Emulator, startEmulator } from '../lake/gcs/emulator.ts';
import { type Fault, FaultProxy } from '../lake/gcs/fault-proxy.ts';
import { runPython } from './python.ts';

const bucket = 'beatflow-spark-test';
let proxy: FaultProxy;
let emulator: Emulator;
let folder = 0;
let tokens = 0;
const metadata = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ access_token: `token-${++tokens}`, expires_in: 3600 }));
});

beforeAll(async () => {
  proxy = new FaultProxy();
  emulator = await startEmulator(bucket, () => proxy.listen());
  proxy.forwardTo(emulator.port);
  await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  metadata.close();
  await proxy.close();
  await emulator.stop();
});
beforeEach(() => {
  folder++;
  tokens = 0;
  proxy.faults.length = 0;
  proxy.authorizations.length = 0;
});

type Step = readonly [string, ...string[]];

async function take(steps: readonly Step[], deadlineSeconds = 60, place = bucket): Promise<unknown[]> {
  const location = `gs://${place}/lake-${folder}`;
  const { code, stdout, stderr } = await runPython(
    ['__tests__/spark/gcs_store.py', location, String(deadlineSeconds), JSON.stringify(steps)],
    {
      environment: {
        STORAGE_EMULATOR_HOST: `http://127.0.0.1:${proxy.port}`,
        GCE_METADATA_HOST: `127.0.0.1:${(metadata.address() as AddressInfo).port}`,
      },
    },
  );
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown[];
}

test('an object is created once, read, overwritten, deleted, and listed in order from any start', async () => {
  const names = ['a', 'b', 'c'].map((name) => `_commits/x/${name}.json`);
  expect(
    await take([
      ['create', names[1] as string, 'two'],
      ['create', names[1] as string, 'other'],
      ['read', names[1] as string],
      ['create', names[2] as string, 'three'],
      ['create', names[0] as string, 'one'],
      ['create', '_commits/x/below/d.json', 'not right in the folder'],
      ['create', '_commits/xy.json', 'elsewhere'],
      ['list', '_commits/x/'],
      ['list', '_commits/x/', names[1] as string],
      ['list', '_commits/none/'],
      ['overwrite', '_live/a b+ü.json', 'live'],
      ['overwrite', '_live/a b+ü.json', 'lives'],
      ['read', '_live/a b+ü.json'],
      ['delete', '_live/a b+ü.json'],
      ['delete', '_live/a b+ü.json'],
      ['read', '_live/a b+ü.json'],
    ]),
  ).toEqual([
    true,
    false,
    'two',
    true,
    true,
    true,
    true,
    names,
    names.slice(1),
    [],
    null,
    null,
    'lives',
    null,
    null,
    '<none>',
  ]);
});

const passing: readonly (readonly [string, Fault])[] = [
  ['503', { kind: 'status', status: 503 }],
  ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  ['408', { kind: 'status', status: 408 }],
  ['a reset before the server has it', { kind: 'reset before' }],
  ['a cut answer', { kind: 'truncated' }],
];

test.each(passing)('reads and creates go on after %s', async (_, fault) => {
  await take([['create', 'there', 'x'.repeat(100_000)]]);
  proxy.faults.push(fault, fault);
  expect(await take([['read', 'there']])).toEqual(['x'.repeat(100_000)]);
  expect(proxy.faults).toEqual([]);
  if (fault.kind === 'truncated') return;
  proxy.faults.push(fault, fault);
  expect(
    await take([
      ['create', 'new', 'mine'],
      ['read', 'new'],
    ]),
  ).toEqual([true, 'mine']);
  expect(proxy.faults).toEqual([]);
});

test('a create whose answer is lost says that the object exists, and it is ours', async () => {
  proxy.faults.push({ kind: 'reset after' });
  expect(
    await take([
      ['create', 'x', 'mine'],
      ['read', 'x'],
    ]),
  ).toEqual([false, 'mine']);
});

test('requests carry the token of the machine, a new one after a 401', async () => {
  proxy.faults.push({ kind: 'status', status: 401 });
  expect(
    await take([
      ['create', 'x', 'mine'],
      ['read', 'x'],
    ]),
  ).toEqual([true, 'mine']);
  expect(proxy.authorizations).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
});

test('what no retry can mend is told at once, what lasts after the deadline', async () => {
  proxy.faults.push({ kind: 'status', status: 403 });
  expect(await take([['read', 'x']])).toEqual(['HTTP 403']);
  for (let times = 0; times < 500; times++) proxy.faults.push({ kind: 'status', status: 503 });
  expect(await take([['create', 'x', 'mine']], 0.5)).toEqual(['HTTP 503']);
  expect(proxy.faults.length).toBeLessThan(500);
  proxy.faults.length = 0;
  expect(await take([['create', 'x', 'mine']], 60, 'no-such-bucket')).toEqual([
    'there is no bucket no-such-bucket',
  ]);
});
