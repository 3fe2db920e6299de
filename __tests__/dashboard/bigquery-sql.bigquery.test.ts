import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { DuckDBInstance } from '@duckdb/node-api';
import { readParams, resolvePeriod, rowsOf } from '../../runtime/dashboard/api/dataset-answer.ts';
import type { Dataset } from '../../runtime/dashboard/datasets/dataset.ts';
import { datasets } from '../../runtime/dashboard/datasets/index.ts';
import { extentOf } from '../../runtime/dashboard/version/extent.ts';
import { bigQuerySql } from '../../runtime/warehouse/marts/bigquery.ts';
import { plainRows } from '../../runtime/warehouse/marts/duckdb-values.ts';
import { DuckDbMartsVersion } from '../../runtime/warehouse/marts/duckdb-version.ts';
import type { NamedQuery, Row, Scalar, Values } from '../../runtime/warehouse/marts/marts.ts';
import { examples } from './examples.ts';
import { MartsFixture, smallFixture } from './marts-fixture.ts';

const root = join(import.meta.dirname, '..', '..');
const jars = join(root, '.beatflow', 'tools', 'bigquery', 'jars');
const program = join(root, '__tests__', 'dbt', 'bigquery', 'ReferenceWarehouse.java');
const at = { project: 'beatflow-test', dataset: 'test_marts' };

interface Answer {
  readonly error?: string;
  readonly columns?: readonly [string, string][];
  readonly rows?: readonly (readonly Row[string][])[];
}

/** Google's analyzer and reference engine with tables in memory, spoken to line by line. */
class ReferenceEngine {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor() {
    this.#process = spawn('java', ['-cp', join(jars, '*'), program], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#reader = createInterface({ input: this.#process.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async ask(request: object): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const { value } = await this.#lines.next();
    return JSON.parse(String(value)) as Answer;
  }

  stop(): void {
    this.#process.stdin.end();
    this.#reader.close();
  }
}

const bigQueryTypes: Readonly<Record<string, string>> = {
  BIGINT: 'INT64',
  INTEGER: 'INT64',
  HUGEINT: 'INT64',
  DOUBLE: 'FLOAT64',
  VARCHAR: 'STRING',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
};

/** Puts every mart of the fixture's DuckDB file into the engine. */
async function copyMarts(database: string, engine: ReferenceEngine): Promise<void> {
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  const tables = await connection.runAndReadAll(
    "select table_name from information_schema.tables where table_schema = 'marts'",
  );
  for (const [name] of tables.getRows()) {
    const result = await connection.run(`select * from marts."${name}"`);
    const types = result
      .columnTypes()
      .map((type) => bigQueryTypes[String(type).replace(/\(.*/, '')] ?? 'FLOAT64');
    const names = result.columnNames();
    const rows = plainRows(result).map((row) =>
      names.map((column, index) => {
        const value = row[column] ?? null;
        return types[index] === 'TIMESTAMP' && value !== null ? Date.parse(String(value)) * 1000 : value;
      }),
    );
    const answer = await engine.ask({
      table: `${at.project}.${at.dataset}.${name}`,
      columns: names.map((column, index) => [column, types[index]]),
      rows,
    });
    expect([name, answer.error]).toEqual([name, undefined]);
  }
  connection.closeSync();
  instance.closeSync();
}

/** The text with its parameters as literals of the types that the reader gives them. */
function withLiterals(query: NamedQuery, values: Values): string {
  return bigQuerySql(query, at).replaceAll(/@([a-z_]+)/g, (_, name: string) => {
    const value = values[name] ?? null;
    if (value === null) return 'cast(null as string)';
    return typeof value === 'number' ? String(value) : JSON.stringify(value);
  });
}

function rowsOfAnswer({ columns = [], rows = [] }: Answer): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(([name, type], index) => {
        const value = row[index] ?? null;
        if (type === 'TIMESTAMP' && typeof value === 'number')
          return [name, new Date(value / 1000).toISOString()];
        if (type.startsWith('ARRAY') && typeof value === 'string')
          return [name, JSON.parse(value) as Scalar[]];
        return [name, value];
      }),
    ),
  );
}

/** Numbers cut to the digits in which two engines' floating-point sums agree. */
const comparable = (rows: readonly Row[]) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'number' ? Number(value.toPrecision(10)) : value,
      ]),
    ),
  );

/** Parameter sets that between them reach every query of every dataset. */
const variants: readonly (readonly [name: string, dataset: Dataset, search: string])[] = datasets.flatMap(
  (dataset) => {
    const own = Object.keys(dataset.params.shape);
    const base = examples[dataset.name] ?? '';
    const extra = [
      own.includes('grain') ? '?grain=hour' : '',
      own.includes('state') ? '?state=TX&level=paid&from=2026-03-01&to=2026-03-20' : '',
      own.includes('state') ? '?state=CA' : '',
      own.includes('level') ? '?level=paid' : '',
      own.includes('cycle') ? '?cycle=day&region=TX' : '',
      own.includes('day') ? '?cycle=week&day=2026-03-09' : '',
      dataset.name === 'audience' ? '?by=gender' : '',
      dataset.name === 'demographics' ? '?by=account_age' : '',
      own.includes('limit') && own.includes('level') ? '?level=free&from=2026-03-04' : '',
    ].filter((search) => search !== '');
    return [base, ...extra].map((search) => [`${dataset.name}${search}`, dataset, search] as const);
  },
);

describe("the queries on Google's reference engine", () => {
  let fixture: MartsFixture;
  let engine: ReferenceEngine;
  let version: DuckDbMartsVersion;

  beforeAll(async () => {
    fixture = await MartsFixture.create();
    const pointer = await fixture.publish({ ...smallFixture, days: 30, songs: 20, statesOf: ['TX', 'CA'] });
    version = await DuckDbMartsVersion.open(fixture.marts, pointer);
    engine = new ReferenceEngine();
    await copyMarts(fixture.database, engine);
  });

  afterAll(async () => {
    engine?.stop();
    version?.retire();
    await fixture?.remove();
  });

  test.each(variants)('%s gives the rows that DuckDB gives', async (_name, dataset, search) => {
    const extent = await extentOf(version);
    if (!extent) throw new Error('the fixture has no days');
    const given = Object.fromEntries(new URLSearchParams(search));
    const params = resolvePeriod(dataset, readParams(dataset, given), extent);
    const asked: string[] = [];
    const reference = {
      // Its own, so that names are asked of the engine and not remembered from DuckDB.
      pointer: { ...version.pointer },
      async query(query: NamedQuery, values: Values) {
        asked.push(query.name);
        const answer = await engine.ask({ sql: withLiterals(query, values) });
        expect([query.name, answer.error]).toEqual([query.name, undefined]);
        return rowsOfAnswer(answer);
      },
    };
    const expected = await rowsOf(dataset, params, version);
    expect(expected.length).toBeGreaterThan(0);
    expect(comparable(await rowsOf(dataset, params, reference))).toEqual(comparable(expected));
    expect(asked.filter((name) => name !== 'extent')).toHaveLength(1 + Number(dataset.named !== undefined));
  });
});
