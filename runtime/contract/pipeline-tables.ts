import { type Fields, nullable, type RecordOf, required } from './fields.ts';

/** One table that the loader keeps in the warehouse about its own work. */
interface PipelineTable<F extends Fields = Fields> {
  /** What one row of the table is, one sentence. */
  readonly doc: string;
  readonly fields: F;
  /** The timestamp column by whose UTC day the table is partitioned in BigQuery. */
  readonly partitionColumn: keyof F & string;
  /** The columns that the table is clustered by in BigQuery: those that the loader looks rows up by. */
  readonly clusteringColumns: readonly (keyof F & string)[];
}

function definePipelineTable<const F extends Fields>(table: PipelineTable<F>): PipelineTable<F> {
  return table;
}

/**
 * The loader's bookkeeping. It lives in the warehouse beside the events, so that what was loaded can be
 * compared with what is there, and an hour can be loaded again without reading the lake's history.
 */
export const pipelineTables = {
  lake_commits: definePipelineTable({
    doc: 'One commit record of the lake that the loader has seen.',
    fields: {
      log: required('string', 'Kafka cluster id and generation that the offsets belong to.'),
      topic: required('string', 'Topic of the contract.'),
      partition: required('int', 'Kafka partition.'),
      startOffset: required('long', 'First offset that the record covers.'),
      nextOffset: required('long', 'First offset after those that the record covers.'),
      records: required('long', 'Records in its data files.'),
      deadLetters: required('long', 'Records that went to the dead letters.'),
      committedAt: required('timestamp', 'When the record was created, UTC.'),
      recordPath: required('string', 'Path of the record in the lake.'),
    },
    partitionColumn: 'committedAt',
    clusteringColumns: ['log', 'topic', 'partition'],
  }),
  lake_files: definePipelineTable({
    doc: 'One data file that a commit record names.',
    fields: {
      topic: required('string', 'Topic of the contract.'),
      hour: required('timestamp', 'Start of the hour of event time that the file holds, UTC.'),
      path: required('string', 'Path of the file in the lake.'),
      recordPath: required('string', 'Path of the commit record that names the file.'),
      records: required('long', 'Records in the file.'),
      bytes: required('long', 'Size of the file, bytes.'),
      sha256: required('string', 'Checksum of the file, hexadecimal.'),
      loadedAt: nullable(
        'timestamp',
        'When the hour was last loaded with this file, UTC; null until it is loaded.',
      ),
      fingerprint: nullable(
        'string',
        'Fingerprint of the schema that its messages were written with, 16 hexadecimal digits; null in rows that are older than the column.',
      ),
    },
    partitionColumn: 'hour',
    clusteringColumns: ['topic', 'hour'],
  }),
  load_audit: definePipelineTable({
    doc: 'One hour of one topic that a run of the loader loaded and counted.',
    fields: {
      topic: required('string', 'Topic of the contract.'),
      hour: required('timestamp', 'Start of the hour of event time that was loaded, UTC.'),
      run: required('string', 'Run of the loader.'),
      files: required('long', 'Files that the hour was loaded from.'),
      rows: required('long', 'Rows that the hour has in the raw table after the load.'),
      startedAt: required('timestamp', 'When the load of the hour began, UTC.'),
      loadedAt: required('timestamp', 'When the load of the hour was counted and found right, UTC.'),
    },
    partitionColumn: 'loadedAt',
    clusteringColumns: ['topic', 'hour'],
  }),
} as const;

export type PipelineTableName = keyof typeof pipelineTables;

/** The names of all pipeline tables, in contract order. */
export const pipelineTableNames = Object.freeze(Object.keys(pipelineTables)) as readonly PipelineTableName[];

/** The row type of a pipeline table, for example `PipelineRowOf<'lake_files'>`. */
export type PipelineRowOf<T extends PipelineTableName> = RecordOf<(typeof pipelineTables)[T]['fields']>;
