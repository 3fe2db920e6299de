import { Storage } from '@google-cloud/storage';
import { MessageInspector } from '../../../runtime/consumer/message-inspector.ts';
import { PartitionWriter } from '../../../runtime/consumer/partition-writer.ts';
import { messageCodec } from '../../../runtime/contract/message.ts';
import { auditLake } from '../../../runtime/lake/audit.ts';
import { clientOptions, GcsStore } from '../../../runtime/lake/gcs-store.ts';
import { listenEvent } from '../../support/events.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type Fault, FaultProxy } from './fault-proxy.ts';

const bucket = 'beatflow-test';
const quick = { deadlineMs: 20_000, firstPauseMs: 5, longestPauseMs: 20 };

let proxy: FaultProxy;
let emulator: Emulator;
let clients: number;
let retries: string[];
let longestPause: number;
let folder = 0;
let store: GcsStore;

beforeAll(async () => {
  proxy = new FaultProxy();
  emulator = await startEmulator(bucket, () => proxy.listen());
  proxy.forwardTo(emulator.port);
});
afterAll(async () => {
  await proxy.close();
  await emulator.stop();
});
beforeEach(() => {
  clients = 0;
  retries = [];
  longestPause = 0;
  proxy.faults.length = 0;
  proxy.requests.length = 0;
  store = newStore();
  folder++;
});

function newStore(retryPolicy = quick): GcsStore {
  return new GcsStore({
    bucket,
    prefix: `lake-${folder}/`,
    retryPolicy,
    onRetry({ message }, pauseMs) {
      retries.push(message);
      longestPause = Math.max(longestPause, pauseMs);
    },
    objectsPerPage: 10,
    async newClient() {
      clients++;
      return new Storage({
        ...clientOptions,
        apiEndpoint: `http://127.0.0.1:${proxy.port}`,
        projectId: 'test',
      });
    },
  });
}

const collect = async (prefix: string, startingAt?: string) => {
  const paths: string[] = [];
  for await (const { path } of store.list(prefix, startingAt === undefined ? {} : { startingAt }))
    paths.push(path);
  return paths;
};

test('of twenty writers racing for a path one creates it, and its bytes stay', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, writer) =>
      store.createIfAbsent('a/b.json', [Buffer.from('writer '), Buffer.from(String(writer))]),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
  expect(String(await store.read('a/b.json'))).toBe(`writer ${outcomes.indexOf('created')}`);
});

test('listings are in order, from any start on, over several pages, below the prefix only', async () => {
  const names = Array.from({ length: 25 }, (_, index) => `c/p${String(index).padStart(3, '0')}/x.json`);
  await Promise.all(names.map((name) => store.createIfAbsent(name, [Buffer.from('1')])));
  await newStore().createIfAbsent('elsewhere.json', [Buffer.from('1')]);
  expect(await collect('c/')).toEqual(names);
  expect(await collect('c/', 'c/p020/x.json')).toEqual(names.slice(20));
  expect(await store.listFolders('c/')).toEqual(names.map((name) => name.split('/')[1]));
  expect(await store.listFolders('')).toEqual(['c']);
});

test('what is not there reads as undefined, can be deleted, and lists as nothing', async () => {
  expect(await store.read('x')).toBeUndefined();
  await store.delete('x');
  expect(await collect('x/')).toEqual([]);
});

test('an overwritten object has the last bytes, and puts stay conditional after it', async () => {
  await store.overwrite('_live/a.json', Buffer.from('1'));
  await store.overwrite('_live/a.json', Buffer.from('2'));
  expect(String(await store.read('_live/a.json'))).toBe('2');
  expect(await store.createIfAbsent('_live/a.json', [Buffer.from('3')])).toBe('exists');
});

const passing: [string, Fault][] = [
  ['503', { kind: 'status', status: 503 }],
  ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  ['408', { kind: 'status', status: 408 }],
  ['a reset before the server has it', { kind: 'reset before' }],
  ['a token that expired', { kind: 'status', status: 401 }],
];

test.each(passing)('a create goes on after %s', async (_, fault) => {
  proxy.faults.push(fault, fault);
  expect(await store.createIfAbsent('x', [Buffer.from('1')])).toBe('created');
  expect(retries).toHaveLength(2);
  expect(String(await store.read('x'))).toBe('1');
  if (fault.kind === 'status' && fault.headers) expect(longestPause).toBe(1000);
});

test.each(passing)('a read and a listing go on after %s', async (_, fault) => {
  await store.createIfAbsent('f/x', [Buffer.from('1')]);
  proxy.faults.push(fault);
  expect(String(await store.read('f/x'))).toBe('1');
  proxy.faults.push(fault);
  expect(await collect('f/')).toEqual(['f/x']);
});

test('after a 401 the next attempt has credentials of its own', async () => {
  proxy.faults.push({ kind: 'status', status: 401 });
  await store.createIfAbsent('x', [Buffer.from('1')]);
  expect(clients).toBe(2);
});

test('a create whose answer is lost says that the object exists, and it is ours', async () => {
  proxy.faults.push({ kind: 'reset after' });
  expect(await store.createIfAbsent('x', [Buffer.from('mine')])).toBe('exists');
  expect(String(await store.read('x'))).toBe('mine');
});

test('a download that is cut is read again, and a slow one is waited for', async () => {
  const content = Buffer.alloc(300_000, 'beatflow ');
  await store.createIfAbsent('x', [content]);
  proxy.faults.push({ kind: 'truncated' }, { kind: 'truncated' }, { kind: 'slow', ms: 1500 });
  expect((await store.read('x'))?.equals(content)).toBe(true);
  expect(retries).toHaveLength(2);
});

test('a fault that stays is told after the deadline, one that no retry can mend at once', async () => {
  const impatient = newStore({ ...quick, deadlineMs: 500 });
  for (let times = 0; times < 200; times++) proxy.faults.push({ kind: 'status', status: 503 });
  await expect(impatient.createIfAbsent('x', [Buffer.from('1')])).rejects.toMatchObject({ code: 503 });
  expect(retries.length).toBeGreaterThan(0);
  proxy.faults.length = 0;
  retries.length = 0;
  proxy.faults.push({ kind: 'status', status: 403 });
  await expect(store.read('x')).rejects.toMatchObject({ code: 403 });
  expect(retries).toEqual([]);
});

test('a partition is written exactly once while every kind of fault comes and goes', async () => {
  const codec = messageCodec('listen_events');
  const all: Fault[] = [...passing.map(([, fault]) => fault), { kind: 'reset after' }];
  const faults = all.filter((fault) => !(fault.kind === 'status' && fault.headers));
  const failures: Error[] = [];
  let runs = 0;
  const writer = new PartitionWriter({
    store,
    key: { log: 'c-g1', topic: 'listen_events', partition: 0 },
    position: 0,
    instance: 'me',
    codec: 'deflate',
    clock: Date.now,
    newRun: () => `run${++runs}`,
    inspector: new MessageInspector('listen_events', Date.now),
    settled: () => undefined,
    failed: (error) => failures.push(error),
  });
  for (let offset = 0; offset < 200; offset++) {
    const value = codec.encode(listenEvent({ ts: Date.now() - (offset % 3) * 3_600_000 }));
    writer.append({ offset, timestamp: 0, key: null, value });
    if (offset % 20 !== 19) continue;
    proxy.faults.push(faults[offset % faults.length] as Fault, faults[(offset * 7) % faults.length] as Fault);
    writer.rotate();
    await writer.settle();
  }
  expect(failures).toEqual([]);
  const { faults: found, chains } = await auditLake(store, { contents: true });
  expect(found).toEqual([]);
  expect(chains).toMatchObject([{ from: 0, to: 200, rows: 200, commits: 10 }]);
});
