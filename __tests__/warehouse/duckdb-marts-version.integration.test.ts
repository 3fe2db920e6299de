import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDbMartsVersion } from '../../runtime/warehouse/duckdb-marts-version.ts';
import { namedQuery } from '../../runtime/warehouse/marts.ts';
import { publishMarts } from '../../runtime/warehouse/publish-marts.ts';
import { MartsFixture, smallFixture } from '../dashboard/marts-fixture.ts';

const ofKey = namedQuery(
  'rows_of_key',
  `select count(*) as found from marts.song_popularity_daily
where cast($key as string) is null or song_key = $key`,
);

describe('a version of the marts in DuckDB', () => {
  let fixture: MartsFixture;

  beforeAll(async () => {
    fixture = await MartsFixture.create();
    await fixture.publish();
  }, 120_000);

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
  }, 120_000);

  test('opens marts with a row without a key, and marts without rows', async () => {
    await fixture.run([
      'delete from marts.song_popularity_daily',
      `insert into marts.song_popularity_daily (day, song_key) values (date '2026-03-01', null)`,
    ]);
    expect(await found([null, 'song-1'])).toEqual([1, 0]);
    await fixture.run([
      'delete from marts.song_popularity_daily',
      'delete from marts.song_popularity_weekly',
    ]);
    expect(await found([null])).toEqual([0]);
  }, 120_000);
});
