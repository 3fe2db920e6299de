import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import avsc from 'avsc';
import { type AvroRecordSchema, lakeSchemaOfWriter, messageSchema } from '../../runtime/contract/avro.ts';
import { topics } from '../../runtime/contract/topics.ts';
import { AvroFileBuilder } from '../../runtime/lake/avro-file.ts';
import { type CommitRecord, encodeCommitRecord } from '../../runtime/lake/commit-record.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { commitPath } from '../../runtime/lake/paths.ts';
import { openDuckDbFile, queryRows } from '../../runtime/warehouse/duckdb-file.ts';
import type { Warehouse } from '../../runtime/warehouse/raw/warehouse.ts';
import { listenEvent } from '../support/events.ts';
import { bigQueryWarehouse, FakeBigQuery } from '../support/fake-bigquery.ts';
import { loadAndClose, openWarehouse } from '../support/load.ts';
import { SegmentWriter } from '../support/segments.ts';

const hour = 3_600_000;
const five = Date.UTC(2026, 10, 20, 5);
const topic = topics.listen_events;

let folder: string;
let store: LocalDiskStore;
let segments: SegmentWriter;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-bad-input-'));
  store = new LocalDiskStore(join(folder, 'lake'));
  segments = new SegmentWriter(store);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dataPath = ({ files }: CommitRecord) => files[0]?.path as string;
const recordPath = ({ log, topic: of, partition, startOffset }: CommitRecord) =>
  commitPath(log, of, partition, startOffset);

/** The bytes of the record's one event under a schema in which the session is called by a text. */
async function underAnotherSchema({ startOffset }: CommitRecord): Promise<Buffer> {
  const { fields, ...rest } = messageSchema(topic);
  const schema: AvroRecordSchema = {
    ...rest,
    fields: fields.map((field) => (field.name === 'sessionId' ? { ...field, type: 'string' } : field)),
  };
  const datum = avsc.Type.forSchema(schema as unknown as avsc.Schema).toBuffer({
    ...listenEvent({ ts: five }),
    sessionId: '7',
  });
  const builder = new AvroFileBuilder(lakeSchemaOfWriter(topic, schema), 'deflate');
  builder.append({ datum, start: 0, end: datum.length }, 0, startOffset, five);
  return Buffer.concat((await builder.finish()).content);
}

/** Each spoils the first hour; `reason` is what the loader must say of it. */
const faults: readonly {
  readonly fault: string;
  readonly spoil: (record: CommitRecord) => Promise<void>;
  readonly reason: RegExp;
}[] = [
  {
    fault: 'a file that a record names and the lake does not have',
    spoil: (record) => store.delete(dataPath(record)),
    reason: /^listen_events\/dt=2026-11-20\/hr=05\/.* is named by a commit record and is not in the lake$/,
  },
  {
    fault: 'a file whose bytes are not those of its record',
    async spoil(record) {
      const bytes = (await store.read(dataPath(record))) as Buffer;
      bytes[bytes.length - 30] = (bytes[bytes.length - 30] as number) ^ 1;
      await store.overwrite(dataPath(record), bytes);
    },
    reason: /has checksum [0-9a-f]{64}, its commit record says [0-9a-f]{64}$/,
  },
  {
    fault: 'a record with a wrong count',
    async spoil(record) {
      const files = record.files.map((file) => ({ ...file, records: 2 }));
      await store.overwrite(recordPath(record), encodeCommitRecord({ ...record, files }));
    },
    reason: /^listen_events hour 2026-11-20T05: the commit records name 2 rows in 1 files, the table got 1$/,
  },
  {
    fault: 'a file whose schema the contract does not know',
    async spoil(record) {
      const bytes = await underAnotherSchema(record);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const files = record.files.map((file) => ({ ...file, sha256, bytes: bytes.length }));
      await store.overwrite(dataPath(record), bytes);
      await store.overwrite(recordPath(record), encodeCommitRecord({ ...record, files }));
    },
    reason:
      /is written with schema [0-9a-f]{16}, the contract knows for listen_events [0-9a-f, ]+: load it with/,
  },
];

describe.each(['DuckDB', 'BigQuery'])('in %s', (kind) => {
  let bigquery: FakeBigQuery | undefined;
  beforeEach(async () => {
    bigquery = kind === 'BigQuery' ? await FakeBigQuery.start(join(folder, 'lake')) : undefined;
  });
  afterEach(() => bigquery?.stop());

  const duckDbPath = () => join(folder, 'w.duckdb');
  async function open(): Promise<Warehouse> {
    if (bigquery) return bigQueryWarehouse(bigquery);
    return openWarehouse({ path: duckDbPath(), lakeFolder: join(folder, 'lake') });
  }
  const runLoader = async (from: Pick<LocalDiskStore, keyof LocalDiskStore> = store) =>
    loadAndClose(await open(), { store: from });
  async function rowsByHour() {
    const sql =
      'select extract(hour from ts)::int as hour, count(*)::int as n from raw.listen_events group by all';
    const rowsOf = async () => {
      if (bigquery) return bigquery.query<{ hour: number; n: number }>(sql);
      const file = await openDuckDbFile(duckDbPath());
      try {
        return await queryRows<{ hour: number; n: number }>(file.connection, sql);
      } finally {
        file.close();
      }
    };
    return Object.fromEntries((await rowsOf()).map(({ hour: of, n }) => [of, n]));
  }

  test.each(faults)('$fault: its hour is refused, the others load, and it is tried again', async (it) => {
    const record = await segments.commit([five]);
    await segments.commit([five + hour]);
    await it.spoil(record);
    for (let run = 0; run < 2; run++) {
      const { refused } = await runLoader();
      expect(refused).toEqual([
        { topic: 'listen_events', hour: '2026-11-20T05', reason: expect.stringMatching(it.reason) },
      ]);
      const rows = await rowsByHour();
      expect(rows[6]).toBe(1);
      // BigQuery's rows are counted when the job has put them there.
      if (kind === 'DuckDB') expect(rows[5]).toBeUndefined();
    }
  });

  /** The lake, but reads of some objects fail. */
  const failing = (fails: (path: string) => boolean) => {
    const reads: string[] = [];
    const atOnce = { now: 0, most: 0 };
    const read = async (path: string) => {
      reads.push(path);
      atOnce.most = Math.max(atOnce.most, ++atOnce.now);
      await setImmediate();
      atOnce.now--;
      if (fails(path)) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      return store.read(path);
    };
    return {
      reads,
      atOnce,
      lake: new Proxy(store, { get: (of, name) => (name === 'read' ? read : bound(of, name)) }),
    };
  };
  const bound = (of: LocalDiskStore, name: string | symbol) => {
    const value = Reflect.get(of, name, of) as unknown;
    return typeof value === 'function' ? value.bind(of) : value;
  };

  test('an object that the store cannot give now refuses its hour, and the next run loads it', async () => {
    const record = await segments.commit([five]);
    await segments.commit([five + hour]);
    const { lake } = failing((path) => path === dataPath(record));
    expect((await runLoader(lake)).refused).toEqual([
      {
        topic: 'listen_events',
        hour: '2026-11-20T05',
        reason: `${dataPath(record)} could not be read: socket hang up; the next run tries again`,
      },
    ]);
    expect(await rowsByHour()).toEqual({ 6: 1 });
    expect(await runLoader()).toMatchObject({ hours: 1, refused: [] });
    expect(await rowsByHour()).toEqual({ 5: 1, 6: 1 });
  });

  test('a few files are read at once, not all', async () => {
    await segments.commit(Array.from({ length: 30 }, (_, index) => five + index * hour));
    const { lake, atOnce } = failing(() => false);
    expect(await runLoader(lake)).toMatchObject({ hours: 30, refused: [] });
    expect(atOnce.most).toBe(4);
  });

  test('a lake that is away is not asked for every file', async () => {
    const hours = Array.from({ length: 30 }, (_, index) => five + index * hour);
    await segments.commit(hours);
    const { lake, reads } = failing((path) => path.endsWith('.avro'));
    const { refused } = await runLoader(lake);
    expect(refused).toHaveLength(30);
    expect(refused.at(-1)?.reason).toMatch(/was not read, after \d+ other files could not be/);
    expect(reads.filter((path) => path.endsWith('.avro')).length).toBeLessThanOrEqual(11);
  });
});
