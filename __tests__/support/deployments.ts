import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App } from 'cdktf';
import { addPolicies } from '../../constructs/policies/index.ts';
import type { Environment, EnvironmentFile } from '../../environments/model/environment.ts';
import { completeEnvironment, environmentNames } from '../../environments/model/load.ts';
import { addStacks } from '../../stacks/app.ts';
import type { Artifacts } from '../../stacks/beatflow-stack.ts';

/** What a person would set to deploy into an account of their own. */
export const variables = {
  BEATFLOW_PROJECT: 'mock-project',
  BEATFLOW_PROJECT_NUMBER: '123456789012',
  BEATFLOW_ALERT_EMAIL: 'ada@example.com',
  BEATFLOW_BILLING_ACCOUNT: '012345-6789AB-CDEF01',
};

/** The file of an environment as it is committed. */
export async function environmentFile(name: string): Promise<EnvironmentFile> {
  const { default: file } = await import(`../../environments/${name}.ts`);
  return file;
}

/** Dev with other values, in shapes that no committed environment has; no environment can be called as they are. */
const shapes = {
  'dev+managed': (dev) => ({
    ...dev,
    kafka: { ...dev.kafka, service: { kind: 'managed', vcpus: 3, memoryGib: 3 } },
  }),
  'dev+external': (dev) => ({
    ...dev,
    network: { ...dev.network, nat: true },
    kafka: {
      ...dev.kafka,
      service: {
        kind: 'external',
        bootstrap: 'pkc-12345.us-central1.gcp.confluent.cloud:9092',
        credentialsSecret: 'confluent',
      },
    },
  }),
  'dev+shared': (dev) => ({
    ...dev,
    dashboard: { viewers: ['group:data@example.com'], domain: 'music.example.com' },
    github: { repository: 'somebody/beatflow', applyEnvironment: 'production' },
  }),
  'dev+spark': (dev) => ({
    ...dev,
    processing: {
      kind: 'spark',
      imageVersion: '2.3-debian12',
      master: { machineType: 'e2-standard-2', bootDiskGb: 50 },
      worker: { machineType: 'e2-standard-2', bootDiskGb: 50 },
      workers: 2,
      maxWorkers: 4,
    },
  }),
} as const satisfies Readonly<Record<string, (dev: EnvironmentFile) => EnvironmentFile>>;

/** The names of the shapes that dev is tried in besides its own. */
export const shapesOfDev = Object.keys(shapes) as readonly (keyof typeof shapes)[];

/**
 * Every deployment that is promised to work: the committed environments, and dev in its other shapes, as an environment
 * with a dash in its name.
 */
export async function deployments(): Promise<ReadonlyMap<string, Environment>> {
  const all = new Map<string, Environment>();
  for (const name of environmentNames()) {
    all.set(name, completeEnvironment(name, await environmentFile(name), variables));
  }
  const dev = await environmentFile('dev');
  for (const shape of shapesOfDev)
    all.set(shape, completeEnvironment('eu-dev', shapes[shape](dev), variables));
  return all;
}

/** Small real files in place of the bundles, so that a synth needs no build. */
export function writeArtifacts(folder: string): Artifacts {
  const file = (name: string, content: string, object = name) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return { path, name: object, sha256: createHash('sha256').update(content).digest('hex') };
  };
  const program = (name: string) =>
    file(`${name}.mjs`, `// ${name}\n`, `programs/${name}-0123456789abcdef.mjs`);
  return {
    programs: {
      generator: program('generator'),
      consumer: program('consumer'),
      loader: program('loader'),
      dashboard: program('dashboard'),
      provision: program('provision'),
    },
    spark: () => ({
      main: file('spark/main.py', '# the driver\n', 'spark/main-0123.py'),
      code: file('spark/beatflow_spark.zip', 'a zip\n', 'spark/beatflow_spark-0123.zip'),
      jars: [file('spark/kafka.jar', 'a jar\n', 'spark/kafka.jar')],
    }),
    dbt: { folder: 'dbt/0123', files: [file('dbt/job.sh', 'exit 0\n', 'dbt/0123/job.sh')] },
    dags: [file('dags/hourly.py', '# a DAG\n')],
    marts: ['activity_hourly', 'song_popularity_daily'],
  };
}

/** Synthesises a deployment with its policies into `outdir`, and returns the names of its stacks in order. */
export function synthesise(
  environment: Environment,
  artifacts: Artifacts,
  outdir: string,
): readonly string[] {
  const app = new App({ outdir, skipValidation: false });
  const stacks = addStacks(app, { environment, artifacts });
  addPolicies(stacks, environment);
  app.synth();
  return stacks.map((stack) => stack.node.id);
}
