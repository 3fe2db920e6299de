import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import {
  type App,
  GcsBackend,
  LocalBackend,
  type TerraformElement,
  TerraformOutput,
  TerraformStack,
} from 'cdktf';
import { Construct, type Node } from 'constructs';
import type { ArtifactFile } from '../constructs/artifact.ts';
import type { Environment, Protection } from '../environments/model/environment.ts';
import { type KeyPurpose, type Names, namesOf } from '../environments/model/names.ts';

/** The programs that are bundled; each is one file that runs on plain Node. */
export const bundledPrograms = ['generator', 'consumer', 'loader', 'dashboard', 'provision'] as const;
export type BundledProgram = (typeof bundledPrograms)[number];

/** What a Spark cluster runs. */
export interface SparkArtifacts {
  /** The driver's script. */
  readonly main: ArtifactFile;
  /** The package that driver and executors import, as a zip. */
  readonly code: ArtifactFile;
  /** The jars of Spark's Kafka source. */
  readonly jars: readonly ArtifactFile[];
}

/** What main.ts makes from this repository for the cloud to run. */
export interface Artifacts {
  readonly programs: Readonly<Record<BundledProgram, ArtifactFile>>;
  /** The dbt project: files below one folder whose name is the hash of them all. */
  readonly dbt: { readonly folder: string; readonly files: readonly ArtifactFile[] };
  /** The Spark job, made when a deployment asks for it: most need none of its tools. */
  readonly spark: () => SparkArtifacts;
  /** Airflow's DAGs, by names below `dags/`. */
  readonly dags: readonly ArtifactFile[];
  /** Names of the marts that people build reports on. */
  readonly marts: readonly string[];
}

/** What every stack is made from. */
export interface StackProps {
  readonly environment: Environment;
  readonly artifacts: Artifacts;
}

/** Common ground of all stacks: where state is, one provider that names its project, readable addresses. */
export abstract class BeatflowStack extends TerraformStack {
  protected readonly environment: Environment;
  protected readonly names: Names;
  readonly #paths = new Map<string, string>();
  /** Outputs have a scope of their own, so that one may be called like a construct. */
  readonly #outputs: Construct;

  constructor(scope: App, component: string, { environment }: StackProps) {
    super(scope, `${environment.name}-${component}`);
    this.environment = environment;
    this.names = namesOf(environment);
    this.#outputs = new Construct(this, 'outputs');
    const state = `${this.names.base}/${component}`;
    if (environment.state.kind === 'gcs') {
      new GcsBackend(this, { bucket: environment.state.bucket, prefix: state });
    } else {
      // Relative to the synthesised stack, so that the same bytes come out in every checkout.
      new LocalBackend(this, { path: `../../../.state/${state}.tfstate` });
    }
    new GoogleProvider(this, 'google', {
      project: environment.project,
      region: environment.region,
      zone: this.names.zone,
      defaultLabels: {
        ...environment.labels,
        application: environment.prefix,
        environment: environment.name,
        component,
      },
      ...this.providerSettings(),
    });
  }

  /** More settings of the stack's provider. */
  protected providerSettings(): { readonly userProjectOverride?: boolean; readonly billingProject?: string } {
    return {};
  }

  /** Path of the key for a purpose; nothing where Google's keys are used. To be spread into a construct's props. */
  protected keyFor(purpose: KeyPurpose): { readonly key?: string } {
    return this.environment.encryption.keys === 'customer' ? { key: this.names.keyPath(purpose) } : {};
  }

  protected get protection(): Protection {
    return this.environment.protection;
  }

  /** Tells the person who deploys something to read or to do. */
  protected output(id: string, description: string, value: unknown): void {
    new TerraformOutput(this.#outputs, id, { description, value, staticId: true });
  }

  /**
   * Addresses are the path of construct ids, so that a person can read a plan, and equal in all environments.
   * A final id that only says what kind of resource it is (`bucket` in `lake/bucket`) stays: addresses are a contract.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const { path } = 'node' in element ? element.node : element;
    const id = path
      .split('/')
      .slice(1)
      .join('_')
      .replaceAll(/[^A-Za-z0-9_-]/g, '_');
    const taken = this.#paths.get(id);
    if (taken !== undefined && taken !== path) {
      throw new Error(`${taken} and ${path} both become the address ${id}: rename one`);
    }
    this.#paths.set(id, path);
    return id;
  }
}
