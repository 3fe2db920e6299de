import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { builtContents, type Contents } from '../dbt/contents.ts';
import { dbt, failuresOf, type NodeResult, nodeResults } from '../dbt/dbt.ts';
import { LakeFiller, type LakeFillerProps } from '../support/lake-filler.ts';
import { loadWarehouse } from '../support/load.ts';
import { bigQueryContents } from './contents.ts';
import { type Deployed, type DeployedProgram, deploy } from './deployed.ts';
import { type Ended, GoogleCloud, type StepReport } from './google-cloud.ts';
import { unexpectedWholeReads } from './whole-reads.ts';

const hourMs = 3_600_000;
const installedDbt = resolve('.beatflow/tools/bigquery/python/bin/dbt');

/** What became of one run of dbt on BigQuery. */
export interface CloudBuild extends Ended {
  readonly results: readonly NodeResult[];
  readonly report: StepReport;
}

/**
 * One lake that is loaded and built twice: in BigQuery by what a deploy brings there, behind Google's rules, and in DuckDB.
 * All that is in one must be in the other.
 */
export class BothWarehouses {
  readonly deployed: Deployed;
  readonly cloud: GoogleCloud;
  readonly filler: LakeFiller;
  readonly #folder: string;
  readonly #startMs: number;
  #hours = 0;
  #steps = 0;

  private constructor(
    folder: string,
    deployed: Deployed,
    cloud: GoogleCloud,
    filler: LakeFiller,
    startMs: number,
  ) {
    this.#folder = folder;
    this.deployed = deployed;
    this.cloud = cloud;
    this.filler = filler;
    this.#startMs = startMs;
  }

  /** Deploys, with an empty lake and empty datasets. */
  static async start(listeners: Omit<LakeFillerProps, 'store'>): Promise<BothWarehouses> {
    const folder = await mkdtemp(join(tmpdir(), 'beatflow-google-'));
    const deployed = await deploy(folder);
    const cloud = await GoogleCloud.start(deployed, folder);
    const filler = new LakeFiller({ ...listeners, store: cloud.lake() });
    return new BothWarehouses(folder, deployed, cloud, filler, listeners.startMs);
  }

  async stop(): Promise<void> {
    await this.cloud.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The DuckDB file. */
  get duckDb(): string {
    return join(this.#folder, 'warehouse.duckdb');
  }

  /** Listeners go on for some hours, each a fill of the lake. */
  async listen(hours: number): Promise<void> {
    for (let hour = 0; hour < hours; hour++) {
      await this.filler.fillUntil(this.#startMs + ++this.#hours * hourMs);
    }
  }

  /** Loads what is new into both; what Google's rules say of the loader is in the report. */
  async load(args: readonly string[] = []): Promise<Ended & { readonly report: StepReport }> {
    const step = await this.#step('load');
    const ended = await this.cloud.run(this.deployed.loader, args);
    await this.loadDuckDb();
    return { ...ended, report: await this.cloud.report(step) };
  }

  async loadDuckDb(): Promise<void> {
    const lakeFolder = join(this.#folder, 'buckets', this.deployed.lake);
    await loadWarehouse({ store: new LocalDiskStore(lakeFolder), path: this.duckDb, lakeFolder });
  }

  /** Runs dbt in BigQuery, as its job does but from an environment that is installed already. */
  async build(...args: readonly string[]): Promise<CloudBuild> {
    const step = await this.#step('build');
    const target = join(this.#folder, 'target');
    const ended = await this.cloud.run(this.#dbt, [...args, ...this.#projectOptions], {
      DBT_TARGET_PATH: target,
      DBT_LOG_PATH: join(this.#folder, 'logs'),
      DO_NOT_TRACK: '1',
    });
    return { ...ended, results: await nodeResults(target), report: await this.cloud.report(step) };
  }

  /** Runs the same in DuckDB. */
  async buildDuckDb(...args: readonly string[]): Promise<void> {
    const { exitCode, results } = await dbt(this.#folder, this.duckDb, args);
    expect(failuresOf(results)).toEqual([]);
    expect(exitCode).toBe(0);
  }

  /** What both hold; equal if all is well. */
  async contents(): Promise<{ readonly bigQuery: Contents; readonly duckDb: Contents }> {
    await this.#step('look');
    const prefix = String(this.deployed.loader.environment.BEATFLOW_DATASET_PREFIX);
    return {
      bigQuery: await bigQueryContents(this.cloud.client(), prefix),
      duckDb: await builtContents(this.duckDb),
    };
  }

  async #step(name: string): Promise<string> {
    const step = `${++this.#steps} ${name}`;
    await this.cloud.step(step);
    return step;
  }

  get #dbt(): DeployedProgram {
    return { ...this.deployed.transform, command: [installedDbt] };
  }

  get #projectOptions(): readonly string[] {
    const project = dirname(this.deployed.transform.command[1] ?? '');
    return ['--project-dir', project, '--profiles-dir', project];
  }
}

/** Holds that a run of dbt went well in every model and test, and that no rule of Google's was broken or nearly so. */
export function expectWell({ code, output, results, report }: CloudBuild): void {
  expect({ failures: failuresOf(results), refused: report.refused }).toEqual({ failures: [], refused: [] });
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  expect(unexpectedWholeReads(report.unpruned)).toEqual([]);
}

/** Holds that both warehouses have the same tables with the same rows. */
export async function expectEqual(both: BothWarehouses): Promise<void> {
  const { bigQuery, duckDb } = await both.contents();
  expect(Object.keys(bigQuery).sort()).toEqual(Object.keys(duckDb).sort());
  for (const [table, lines] of Object.entries(duckDb)) {
    expect({ table, lines: bigQuery[table] }).toEqual({ table, lines });
  }
}
