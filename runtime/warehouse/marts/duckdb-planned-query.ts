import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { dayMs } from '../../contract/durations.ts';
import { plainRows } from './duckdb-values.ts';
import { parameterNames, type Row, type Scalar, type Values } from './marts.ts';

type Given = Exclude<Scalar, null>;
type Bind = (value: Given) => void;

async function binderOf(statement: DuckDBPreparedStatement, index: number): Promise<Bind> {
  // Loaded here and not above: where the marts are in BigQuery, the package is not there.
  const { DuckDBDateValue, DuckDBEnumType, DuckDBTypeId } = await import('@duckdb/node-api');
  if (statement.parameterTypeId(index) === DuckDBTypeId.INVALID) {
    return (value) => statement.bindValue(index, value);
  }
  const type = statement.parameterType(index);
  if (type instanceof DuckDBEnumType) {
    const known = new Set<Given>(type.values);
    // What the numbering does not have is in no row, and nothing equals null.
    return (value) =>
      known.has(value) ? statement.bindValue(index, value, type) : statement.bindNull(index);
  }
  switch (String(type)) {
    case 'DATE':
      return (value) => statement.bindDate(index, new DuckDBDateValue(Date.parse(String(value)) / dayMs));
    case 'BIGINT':
      return (value) => statement.bindBigInt(index, BigInt(value));
    default:
      return (value) => statement.bindValue(index, value);
  }
}

/**
 * A query that a connection has planned. Values are bound in the types that the plan has for its parameters: DuckDB plans
 * again for a value of another type, and compares numbered texts (`enum`) as texts when they meet one.
 */
export class PlannedQuery {
  readonly #statement: DuckDBPreparedStatement;
  readonly #binders: ReadonlyMap<string, Bind>;

  private constructor(statement: DuckDBPreparedStatement, binders: ReadonlyMap<string, Bind>) {
    this.#statement = statement;
    this.#binders = binders;
  }

  /** Plans a query. @throws when the text is not DuckDB's or names what is not there. */
  static async plan(connection: DuckDBConnection, text: string): Promise<PlannedQuery> {
    const statement = await connection.prepare(text);
    const binders = new Map<string, Bind>();
    for (const name of parameterNames({ text })) {
      binders.set(name, await binderOf(statement, statement.parameterIndex(name)));
    }
    return new PlannedQuery(statement, binders);
  }

  /** Its rows for these values; a parameter without one is null. */
  async read(values: Values): Promise<Row[]> {
    for (const [name, bind] of this.#binders) {
      const value = values[name] ?? null;
      if (value === null) this.#statement.bindNull(this.#statement.parameterIndex(name));
      else bind(value);
    }
    return plainRows(await this.#statement.run());
  }

  close(): void {
    this.#statement.destroySync();
  }
}
