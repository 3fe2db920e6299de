import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { createTable } from '../../runtime/contract/duckdb.ts';
import { lakeRecordFields, topicNames, topics } from '../../runtime/contract/topics.ts';
import type { MartsPointer } from '../../runtime/warehouse/marts-pointer.ts';
import { publishMarts } from '../../runtime/warehouse/publish-marts.ts';

/** How large the synthetic history is. */
export interface FixtureSize {
  readonly lastDay: string;
  readonly days: number;
  readonly songs: number;
  readonly statesOf: readonly string[];
}

export const smallFixture: FixtureSize = {
  lastDay: '2026-03-31',
  days: 70,
  songs: 40,
  statesOf: ['CA', 'NY', 'TX', 'WA', 'VT', 'DC', 'HI'],
};

/**
 * Marts with numbers that follow from the day, the song and the segment by arithmetic alone, so that every run is the
 * same and no two sums coincide by accident.
 */
function martsSql({ lastDay, days, songs, statesOf }: FixtureSize): string[] {
  const states = statesOf.map((code) => `'${code}'`).join(', ');
  return [
    'create schema if not exists marts',
    'create schema if not exists raw',
    `create or replace temp table d as
      select date '${lastDay}' - cast(i as integer) as day, ${days} - i as n from range(${days}) r(i)`,
    `create or replace table marts.listeners_by_segment_daily as
      select day, state, gender, level, cast(5 + hash_n * 3 + n % 7 as bigint) as listeners,
        cast((5 + hash_n * 3 + n % 7) * (8 + n % 5) as bigint) as streams,
        (5 + hash_n * 3 + n % 7) * (8 + n % 5) * 3.5 as minutes
      from d, (
        select state, gender, level, (s * 4 + g * 2 + l) as hash_n
        from (select unnest([${states}]) as state, generate_subscripts([${states}], 1) as s),
          (select unnest(['F', 'M']) as gender, unnest([0, 1]) as g),
          (select unnest(['free', 'paid']) as level, unnest([1, 0]) as l)
      )`,
    `create or replace table marts.activity_daily as
      select day, sum(streams)::bigint as streams, sum(listeners)::bigint as listeners, sum(minutes) as minutes,
        cast(3 + extract(day from day) % 9 as bigint) as new_users, cast(sum(listeners) * 1.2 as bigint) as sessions
      from marts.listeners_by_segment_daily group by day`,
    `create or replace table marts.activity_hourly as
      select day + to_hours(cast(h as integer)) as hour, cast(streams * (1 + h) / 300 as bigint) as streams,
        cast(listeners * (1 + h) / 60 as bigint) as listeners, minutes * (1 + h) / 300 as minutes
      from marts.activity_daily, range(24) r(h)`,
    `create or replace table marts.song_popularity_daily as
      select day, 'song-' || i as song_key, 'Song ' || i || ' & <b>Love</b>' as song, 'Artist ' || (i % 12) as artist,
        cast(${songs} * 3 - i * 2 + (n + i) % 5 as bigint) as streams, cast(10 + i % 4 as bigint) as listeners,
        (${songs} * 3 - i * 2 + (n + i) % 5) * 3.5 as minutes
      from d, range(${songs}) r(i)`,
    `create or replace table marts.artist_popularity_daily as
      select day, md5(artist) as artist_key, artist, sum(streams)::bigint as streams, max(listeners) as listeners,
        sum(minutes) as minutes
      from marts.song_popularity_daily group by day, artist`,
  ];
}

const rawSql = (lastDay: string) => [
  ...topicNames.map((name) =>
    createTable(`raw.${name}`, lakeRecordFields(topics[name])).replace(
      'create table if not exists',
      'create or replace table',
    ),
  ),
  `insert into raw.auth_events
    (ts, "sessionId", "itemInSession", level, city, zip, state, lon, lat, "userAgent", success, "kafkaPartition",
      "kafkaOffset", "kafkaTimestamp")
    select timestamp '${lastDay} 23:59:00', 1, i, 'free', 'Reno', '01234', 'NV', 1.5, 2.5, 'agent', true, 0, i,
      timestamp '${lastDay} 23:59:30'
    from range(3) r(i)`,
];

/** A folder with a DuckDB file of synthetic marts, and published versions of it. */
export class MartsFixture {
  readonly folder: string;
  readonly database: string;
  readonly marts: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.database = join(folder, 'warehouse.duckdb');
    this.marts = join(folder, 'marts');
  }

  static async create(): Promise<MartsFixture> {
    return new MartsFixture(await mkdtemp(join(tmpdir(), 'beatflow-marts-')));
  }

  /** Builds the marts in the DuckDB file and publishes them. */
  async publish(size: FixtureSize = smallFixture): Promise<MartsPointer> {
    await this.run([...martsSql(size), ...rawSql(size.lastDay)]);
    return publishMarts({ database: this.database, marts: this.marts });
  }

  /** Changes the DuckDB file. */
  async run(statements: readonly string[]): Promise<void> {
    await this.#connected(async (connection) => {
      for (const statement of statements) await connection.run(statement);
    });
  }

  /** Asks the DuckDB file itself, past all of the dashboard's code. */
  async ask(sql: string): Promise<Record<string, unknown>[]> {
    return this.#connected(async (connection) => {
      const result = await connection.runAndReadAll(sql);
      return result
        .getRowObjects()
        .map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [
              name,
              typeof value === 'bigint' ? Number(value) : value,
            ]),
          ),
        );
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #connected<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const instance = await DuckDBInstance.create(this.database);
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
}
