import { type AvroFieldType, type AvroRecordSchema, messageSchema } from './avro.ts';
import { rawClusteringColumns, rawPartitionColumn } from './bigquery.ts';
import { type Fields, namesRepeatedIn } from './fields.ts';
import { avroNamespace, lakeFields, type Topic } from './topics.ts';

/** What a contract is judged by. */
export interface Contract {
  readonly topics: Readonly<Record<string, Topic>>;
  /** The schemas by topic that writers were released with. */
  readonly released: Readonly<Record<string, readonly AvroRecordSchema[]>>;
  /** The warehouse's tables beside those of the topics, which share their schema. */
  readonly otherTables: Readonly<Record<string, { readonly fields: Fields }>>;
}

/** Folders of the lake that readers show as columns. */
const folderColumns = ['dt', 'hr'];

/** Avro 1.12, "Names". */
const avroName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Everything that is wrong with a contract: each with what was got, what was expected, and what to do. */
export function contractFaults({ topics, released, otherTables }: Contract): readonly string[] {
  const entries = Object.entries(topics);
  return [
    ...equalNames([...Object.keys(topics), ...Object.keys(otherTables)]).map(
      (names) =>
        `${names.join(' and ')} are tables of one dataset whose names differ at most in case: expected names of their own, rename one`,
    ),
    ...equalNames(entries.map(([, { record }]) => record)).map(
      (names) => `Avro record ${names.join(' and ')} is there twice: expected one topic each, rename one`,
    ),
    ...entries.flatMap(([name, topic]) => [
      ...nameFaults(name, topic),
      ...columnFaults(name, topic),
      ...releaseFaults({ name, topic, released: released[name] ?? [] }),
    ]),
    ...Object.entries(otherTables).flatMap(([name, { fields }]) => caseFaults(name, Object.keys(fields))),
  ];
}

/** Groups of names that are equal when case is left out of account, as in DuckDB and for columns in BigQuery. */
function equalNames(names: readonly string[]): readonly (readonly string[])[] {
  const groups = Object.groupBy(names, (name) => name.toLowerCase());
  return Object.values(groups).filter((group) => group !== undefined && group.length > 1) as string[][];
}

function caseFaults(table: string, columns: readonly string[]): readonly string[] {
  return equalNames(columns).map(
    (names) =>
      `${table}: fields ${names.join(' and ')} differ only in case, which warehouses do not see: rename one`,
  );
}

function nameFaults(name: string, { record, fields }: Topic): readonly string[] {
  const added = new Set([...Object.keys(lakeFields), ...folderColumns].map((column) => column.toLowerCase()));
  const names = Object.keys(fields);
  return [
    ...[record, ...names]
      .filter((each) => !avroName.test(each))
      .map((each) => `${name}: "${each}" is no name in Avro: expected letters, digits and _, no digit first`),
    ...namesRepeatedIn(fields).map(
      (each) =>
        `${name}.${each} is in two groups of fields, of which only the last would count: expected each name once, rename or remove one`,
    ),
    ...caseFaults(name, names),
    ...names
      .filter((each) => added.has(each.toLowerCase()))
      .map((each) => `${name}.${each} is the name of a column that the lake adds: give the field another`),
  ];
}

function columnFaults(name: string, { fields }: Topic): readonly string[] {
  const time = fields[rawPartitionColumn];
  const wrongTime = time?.type !== 'timestamp' || time.nullable;
  return [
    ...(wrongTime
      ? [
          `${name}.${rawPartitionColumn} is ${time ? described(time) : 'not there'}: expected a required timestamp, by which the lake is cut and tables are partitioned`,
        ]
      : []),
    ...rawClusteringColumns
      .filter((column) => fields[column] === undefined)
      .map((column) => `${name}.${column} is not there: expected, because raw tables are clustered by it`),
  ];
}

function described({ type, nullable }: { readonly type: string; readonly nullable: boolean }): string {
  return `${nullable ? 'nullable' : 'required'} ${type}`;
}

function fieldOf(type: AvroFieldType): { readonly type: string; readonly nullable: boolean } {
  if (typeof type === 'string') return { type, nullable: false };
  if ('logicalType' in type) return { type: 'timestamp', nullable: false };
  return { type: fieldOf(type[1]).type, nullable: true };
}

/**
 * Changes by which messages, lake files and rows that are there could not be read any more, or new ones not by readers
 * of the last schema. Stricter than Avro's resolution: a column of a warehouse cannot change its type.
 */
function releaseFaults(props: {
  readonly name: string;
  readonly topic: Topic;
  readonly released: readonly AvroRecordSchema[];
}): readonly string[] {
  const { name, topic, released } = props;
  const current = messageSchema(topic);
  const faults = new Set<string>();
  for (const schema of released) {
    if (schema.name !== current.name || schema.namespace !== avroNamespace) {
      faults.add(
        `${name}: record ${avroNamespace}.${current.name} was released as ${schema.namespace}.${schema.name}: expected the same name, take it back`,
      );
    }
    const before = new Map(schema.fields.map((field) => [field.name, fieldOf(field.type)]));
    for (const [field, was] of before) {
      const is = topic.fields[field];
      if (is === undefined) {
        faults.add(
          `${name}.${field} is gone and was released as ${described(was)}: expected every released field, keep it (a renamed field is a new one)`,
        );
      } else if (is.type !== was.type || is.nullable !== was.nullable) {
        faults.add(
          `${name}.${field} is ${described(is)} and was released as ${described(was)}: expected no change, take it back or add a field of another name`,
        );
      }
    }
    for (const [field, is] of Object.entries(topic.fields)) {
      if (before.has(field) || is.nullable) continue;
      faults.add(
        `${name}.${field} is ${described(is)} and older messages do not have it: expected a nullable field, declare it nullable('${is.type}', …)`,
      );
    }
  }
  return [...faults];
}
