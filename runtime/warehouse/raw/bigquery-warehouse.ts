import { createHash, randomBytes } from 'node:crypto';
import type { BigQuery } from '@google-cloud/bigquery';
import pLimit from 'p-limit';
import { bigqueryColumns, rawPartitionColumn } from '../../contract/bigquery.ts';
import { hourMs } from '../../contract/durations.ts';
import {
  type PipelineRowOf,
  type PipelineTableName,
  pipelineTables,
} from '../../contract/pipeline-tables.ts';
import { type ReferenceTableName, referenceTables } from '../../contract/reference-tables.ts';
import type { TopicName } from '../../contract/topics.ts';
import type { Logger } from '../../program/logger.ts';
import { insertStatements, literal, timestampLiteral } from '../sql-literal.ts';
import { auditRows } from './audit-rows.ts';
import { type RunJobProps, runJob } from './bigquery-jobs.ts';
import { registerScripts } from './bigquery-register.ts';
import {
  type ChainProgress,
  countedReference,
  type HourOfTopic,
  type HourRange,
  hourFile,
  type ReferenceFile,
  type RegisteredCommit,
  type StoredHourFile,
  type Warehouse,
} from './warehouse.ts';

/** Load jobs under way at once. */
const loadConcurrency = 4;

interface BigQueryWarehouseProps {
  readonly client: BigQuery;
  readonly project: string;
  /** The dataset of the raw tables. */
  readonly dataset: string;
  /** Region or multi-region of the dataset; the lake must be in it. */
  readonly location: string;
  /** The lake as `gs://bucket` or `gs://bucket/prefix`. */
  readonly lake: string;
  readonly logger: Logger;
  /** Milliseconds between two looks at a running job. @default one second */
  readonly pauseMs?: number;
}

interface FileRow extends StoredHourFile {
  readonly topic: TopicName;
  readonly hour: number;
}

/** What a load job replaces a table by. */
interface LoadedFiles {
  /** The table, or one hour of it: `table$YYYYMMDDHH`. */
  readonly tableId: string;
  readonly files: readonly { readonly path: string }[];
  /** What the job says of their format. */
  readonly format: Readonly<Record<string, unknown>>;
}

/**
 * The warehouse in BigQuery. An hour is replaced by one load job into `table$YYYYMMDDHH`, from explicit files, with
 * no guessing; the tables themselves are made by the stacks. The job's id holds the table's creation time, the hour,
 * its files and how often the hour was loaded before: a repeated run finds the job of the one that broke off, and a
 * table that was destroyed and made again is loaded again.
 */
export class BigQueryWarehouse implements Warehouse {
  readonly #props: BigQueryWarehouseProps;
  readonly #createdAt = new Map<string, Promise<string>>();
  readonly #session = randomBytes(4).toString('hex');

  constructor(props: BigQueryWarehouseProps) {
    this.#props = props;
  }

  async chainProgress(): Promise<readonly ChainProgress[]> {
    return this.#rows<ChainProgress>(
      `select log, topic, \`partition\`, max(startOffset) as lastStartOffset
       from ${this.#table('lake_commits')} group by log, topic, \`partition\``,
    );
  }

  async register(commits: readonly RegisteredCommit[]): Promise<void> {
    for (const script of registerScripts(commits, (table) => this.#table(table))) {
      await this.#script('register', script);
    }
  }

  dirtyHours(): Promise<readonly HourOfTopic[]> {
    return this.#hours('where pending > 0');
  }

  hoursBetween({ since, until }: HourRange): Promise<readonly HourOfTopic[]> {
    const bounds = [
      ...(since === undefined ? [] : [`hour >= ${timestampLiteral(since)}`]),
      ...(until === undefined ? [] : [`hour < ${timestampLiteral(until)}`]),
    ];
    return this.#hours(bounds.length > 0 ? `where ${bounds.join(' and ')}` : '');
  }

  async loadsSince(instant: number): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#rows<{ topic: string; loads: number }>(
      `select topic, count(*) as loads from ${this.#table('load_audit')}
       where loadedAt >= ${timestampLiteral(instant)} group by topic`,
    );
    return new Map(rows.map(({ topic, loads }) => [topic, loads]));
  }

  async replaceHours(
    hours: readonly HourOfTopic[],
    run: string,
  ): Promise<readonly PipelineRowOf<'load_audit'>[]> {
    const [first] = hours;
    if (!first) return [];
    const loadsBefore = await this.#loadsBefore(hours);
    const limit = pLimit(loadConcurrency);
    const startedAt = Date.now();
    await Promise.all(
      hours.map((hour) => limit(() => this.#loadHour(hour, loadsBefore.get(hour.hour) ?? 0))),
    );
    const counts = await this.countRows(hours);
    const loadedAt = Date.now();
    const audit = auditRows(hours, { run, startedAt, loadedAt, rowsByHour: counts });
    await this.#script('audit', [
      ...insertStatements(this.#table('load_audit'), pipelineTables.load_audit.fields, audit),
      `update ${this.#table('lake_files')} set loadedAt = ${timestampLiteral(loadedAt)}
       where topic = ${literal('string', first.topic)} and hour in (${this.#among(hours)})`,
    ]);
    return audit;
  }

  async referenceSources(table: ReferenceTableName): Promise<readonly string[]> {
    const rows = await this.#rows<{ source: string }>(`select distinct source from ${this.#table(table)}`);
    return rows.map(({ source }) => source);
  }

  /**
   * One load job, whose id holds when the table was made and last changed: a run that broke off finds its job, and
   * once that has changed the table the same files are another job.
   */
  async replaceReference(table: ReferenceTableName, files: readonly ReferenceFile[]): Promise<number> {
    const { creationTime, lastModifiedTime } = await this.#metadata(table);
    const inputs = [creationTime, lastModifiedTime, ...files.map(({ path }) => path)];
    const hash = createHash('sha256').update(inputs.join('\n')).digest('hex').slice(0, 24);
    await this.#load(`beatflow_reference_${table}_${hash}`, {
      tableId: table,
      files,
      format: {
        sourceFormat: 'NEWLINE_DELIMITED_JSON',
        schema: { fields: bigqueryColumns(referenceTables[table].fields) },
      },
    });
    const [count] = await this.#rows<{ row_count: number }>(
      `select count(*) as row_count from ${this.#table(table)}`,
    );
    return countedReference(table, files, Number(count?.row_count));
  }

  async close(): Promise<void> {}

  #table(table: string): string {
    return `\`${this.#props.project}.${this.#props.dataset}.${table}\``;
  }

  #among(hours: readonly HourOfTopic[]): string {
    return hours.map(({ hour }) => timestampLiteral(hour)).join(', ');
  }

  async #hours(where: string): Promise<readonly HourOfTopic[]> {
    const rows = await this.#rows<FileRow>(
      `select topic, unix_millis(hour) as hour, path, records, sha256, fingerprint from (
         select *, sum(case when loadedAt is null then 1 else 0 end) over (partition by topic, hour) as pending
         from ${this.#table('lake_files')}
       ) as files ${where} order by hour, topic, path`,
    );
    return [...Map.groupBy(rows, ({ topic, hour }) => `${hour} ${topic}`).values()].map((files) => ({
      topic: (files[0] as FileRow).topic,
      hour: (files[0] as FileRow).hour,
      files: files.map(hourFile),
    }));
  }

  async #loadsBefore(hours: readonly HourOfTopic[]): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#rows<{ hour: number; loads: number }>(
      `select unix_millis(hour) as hour, count(*) as loads from ${this.#table('load_audit')}
       where topic = ${literal('string', (hours[0] as HourOfTopic).topic)} and hour in (${this.#among(hours)})
       group by hour`,
    );
    return new Map(rows.map(({ hour, loads }) => [hour, loads]));
  }

  async countRows(hours: readonly HourOfTopic[]): Promise<ReadonlyMap<number, number>> {
    const table = this.#table((hours[0] as HourOfTopic).topic);
    const first = Math.min(...hours.map(({ hour }) => hour));
    const last = Math.max(...hours.map(({ hour }) => hour));
    const rows = await this.#rows<{ hour: number; row_count: number }>(
      `select div(unix_millis(${rawPartitionColumn}), ${hourMs}) * ${hourMs} as hour, count(*) as row_count from ${table}
       where ${rawPartitionColumn} >= ${timestampLiteral(first)} and ${rawPartitionColumn} < ${timestampLiteral(last + hourMs)}
       group by 1`,
    );
    return new Map(rows.map(({ hour, row_count: count }) => [hour, count]));
  }

  /** When a table was made, milliseconds since the epoch: part of job ids, so that they begin anew with it. */
  #creationTime(table: TopicName | PipelineTableName): Promise<string> {
    const known = this.#createdAt.get(table);
    if (known) return known;
    const asked = this.#metadata(table).then(({ creationTime }) => creationTime);
    this.#createdAt.set(table, asked);
    return asked;
  }

  /** When a table was made and last changed, milliseconds since the epoch. */
  async #metadata(table: string): Promise<{ creationTime: string; lastModifiedTime: string }> {
    const [metadata] = await this.#props.client
      .dataset(this.#props.dataset, { projectId: this.#props.project })
      .table(table)
      .getMetadata();
    const { creationTime, lastModifiedTime } = metadata as Record<string, unknown>;
    return { creationTime: String(creationTime), lastModifiedTime: String(lastModifiedTime) };
  }

  async #loadHour({ topic, hour, files }: HourOfTopic, loadsBefore: number): Promise<void> {
    const digits = new Date(hour).toISOString().slice(0, 13).replaceAll(/\D/g, '');
    const inputs = [
      await this.#creationTime(topic),
      loadsBefore,
      ...files.map(({ sha256, path }) => `${path} ${sha256}`),
    ];
    const hash = createHash('sha256').update(inputs.join('\n')).digest('hex').slice(0, 24);
    await this.#load(`beatflow_load_${topic}_${digits}_${hash}`, {
      tableId: `${topic}$${digits}`,
      files,
      format: { sourceFormat: 'AVRO', useAvroLogicalTypes: true },
    });
  }

  /** Replaces a table, or the hour of one that its decorator names, by what these files hold. */
  async #load(jobId: string, { tableId, files, format }: LoadedFiles): Promise<void> {
    const { project, dataset, lake } = this.#props;
    await this.#run(jobId, {
      load: {
        sourceUris: files.map(({ path }) => `${lake.replace(/\/$/, '')}/${path}`),
        ...format,
        destinationTable: { projectId: project, datasetId: dataset, tableId },
        createDisposition: 'CREATE_NEVER',
        writeDisposition: 'WRITE_TRUNCATE',
        maxBadRecords: 0,
        autodetect: false,
      },
    });
  }

  async #run(jobId: string, configuration: RunJobProps['configuration']): Promise<void> {
    const { client, location, logger, pauseMs } = this.#props;
    await runJob({
      client,
      location,
      logger,
      jobId,
      session: this.#session,
      configuration,
      ...(pauseMs === undefined ? {} : { pauseMs }),
    });
  }

  async #rows<Row>(query: string): Promise<Row[]> {
    const [rows] = await this.#props.client.query({
      query,
      location: this.#props.location,
      useLegacySql: false,
    });
    return rows as Row[];
  }

  /** Runs statements as one transaction under an id made of them, so that a lost answer does not run them twice. */
  async #script(name: string, statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    const query = ['begin transaction', ...statements, 'commit transaction']
      .map((text) => `${text};`)
      .join('\n');
    const createdAt = await this.#creationTime('lake_commits');
    const hash = createHash('sha256').update(`${createdAt}\n${query}`).digest('hex').slice(0, 32);
    await this.#run(`beatflow_${name}_${hash}`, { query: { query, useLegacySql: false } });
  }
}
