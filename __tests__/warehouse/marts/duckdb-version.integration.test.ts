import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMarts, rowsAtOnce } from '../../../runtime/warehouse/marts/duckdb-tables.ts';
import { DuckDbMartsVersion } from '../../../runtime/warehouse/marts/duckdb-version.ts';
import { versionFolder } from '../../../runtime/warehouse/marts/files.ts';
import { namedQuery } from '../../../runtime/warehouse/marts/marts.ts';
import { publishMarts } from '../../../runtime/warehouse/marts/publish.ts';
import { MartsFixture, smallFixture } from '../../dashboard/marts-fixture.ts';

const ofKey = namedQuery(
  'rows_of_key',
  `select count(*) as found from marts.song_running_totals_daily
where cast($key as string) is null or song_key = $key`,
);

describe('a version of the marts in DuckDB', () => {
  let fixture: MartsFixture;

  beforeAll(async () => {
    fixture = await MartsFixture.create();
    await fixture.publish();
  });

  afterAll(async () => fixture?.remove());

  async function found(keys: readonly (string | null)[]): Promise<unknown[]> {
    const pointer = await publishMarts({ database: fixture.database, marts: fixture.marts });
    const version = await DuckDbMartsVersion.open(fixture.marts, pointer);
    try {
      const rows: unknown[] = [];
      for (const key of keys) rows.push((await version.query(ofKey, { key }))[0]?.found);
      return rows;
    } finally {
      version.retire();
    }
  }

  test('answers a planned query again with other values, known, unknown and null', async () => {
    const { days, songs } = smallFixture;
    expect(await found([null, 'song-1', 'none', null, 'song-2'])).toEqual([
      days * songs,
      days,
      0,
      days * songs,
      days,
    ]);
  });

  test('answers for numbered texts by their text, and for one that no row has with nothing', async () => {
    const ofState = namedQuery(
      'streams_of_state',
      `select cast(state as string) as state, count(*) as found, min(day) as first_day, sum(minutes) as minutes
from marts.song_popularity_by_state_daily
where state = $state and day >= cast($from as date)
group by state`,
    );
    const [expected] = await fixture.ask(`select count(*)::integer as found, sum(minutes) as minutes
      from marts.song_popularity_by_state_daily where state = 'VT' and day >= date '2026-03-01'`);
    const pointer = await publishMarts({ database: fixture.database, marts: fixture.marts });
    const version = await DuckDbMartsVersion.open(fixture.marts, pointer);
    try {
      const ask = (state: string | null) => version.query(ofState, { state, from: '2026-03-01' });
      expect(await ask('VT')).toEqual([{ state: 'VT', first_day: '2026-03-01', ...expected }]);
      expect(await ask('none')).toEqual([]);
      expect(await ask(null)).toEqual([]);
      expect(await ask('VT')).toHaveLength(1);
    } finally {
      version.retire();
    }
  });

  test('compresses what it holds in memory, but for marts of which each request sums much', async () => {
    const pointer = await publishMarts({ database: fixture.database, marts: fixture.marts });
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    try {
      await createMarts(connection, versionFolder(fixture.marts, pointer.version), pointer.marts);
      const kinds = async (table: string) => {
        const result = await connection.runAndReadAll(
          `select distinct compression = 'Uncompressed' from pragma_storage_info('${table}') where column_name = 'streams'
            and segment_type <> 'VALIDITY'`,
        );
        return result.getRows().flat();
      };
      expect(await kinds('marts.song_popularity_by_state_daily')).toEqual([false]);
      expect(await kinds('marts.song_popularity_daily')).toEqual([false]);
      expect(await kinds('marts.song_running_totals_daily')).toEqual([true]);
      expect(await kinds('marts.artist_running_totals_daily')).toEqual([true]);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });

  test('opens marts with a row without a key, and marts without rows', async () => {
    await fixture.run([
      'delete from marts.song_running_totals_daily',
      `insert into marts.song_running_totals_daily (day, song_key) values (date '2026-03-01', null)`,
    ]);
    expect(await found([null, 'song-1'])).toEqual([1, 0]);
    await fixture.run([
      'delete from marts.song_running_totals_daily',
      'delete from marts.artist_running_totals_daily',
    ]);
    expect(await found([null])).toEqual([0]);
  });

  test('takes a mart in piece by piece and holds it whole, each row once', async () => {
    const songs = rowsAtOnce + 5;
    await fixture.run([
      `create or replace table marts.song_popularity_by_state_daily as
        select date '2026-03-01' as day, 'CA' as state, 'song-1' as song_key, 'artist-1' as artist_key, range as streams from range(${songs})`,
    ]);
    const pointer = await publishMarts({ database: fixture.database, marts: fixture.marts });
    const version = await DuckDbMartsVersion.open(fixture.marts, pointer);
    try {
      const all = namedQuery(
        'all_rows',
        'select count(*) as found, sum(streams) as streams from marts.song_popularity_by_state_daily',
      );
      expect(await version.query(all, {})).toEqual([{ found: songs, streams: (songs * (songs - 1)) / 2 }]);
    } finally {
      version.retire();
    }
  });
});
