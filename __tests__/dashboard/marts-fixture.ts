import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { MartsPointer } from '../../runtime/warehouse/marts/pointer.ts';
import { publishMarts } from '../../runtime/warehouse/marts/publish.ts';
import { type FixtureSize, martsSql } from './marts-sql.ts';

/** Enough for every page to have something to show. */
export const smallFixture: FixtureSize = {
  lastDay: '2026-03-31',
  days: 70,
  songs: 40,
  statesOf: ['CA', 'NY', 'TX', 'WA', 'VT', 'DC', 'HI'],
};

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
    await this.run(martsSql(size));
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
