import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'cdktf';
import type { EnvironmentFile } from '../../environments/model/environment.ts';
import { completeEnvironment, environmentNames } from '../../environments/model/load.ts';
import { addStacks } from '../../stacks/app.ts';
import type { Artifacts } from '../../stacks/beatflow-stack.ts';
import type { StackJson } from './iam-matrix.ts';

/** Stands for a person's own account. */
const variables = {
  BEATFLOW_PROJECT: 'your-project',
  BEATFLOW_PROJECT_NUMBER: '123456789012',
  BEATFLOW_ALERT_EMAIL: 'you@example.com',
  BEATFLOW_BILLING_ACCOUNT: '000000-000000-000000',
};

/** What is derived from the stacks does not depend on what the code is: any file serves as each program. */
const anyFile = {
  path: fileURLToPath(new URL('../../package.json', import.meta.url)),
  name: 'programs/any.mjs',
  sha256: '0'.repeat(64),
};
const artifacts: Artifacts = {
  programs: {
    generator: anyFile,
    consumer: anyFile,
    loader: anyFile,
    dashboard: anyFile,
    provision: anyFile,
  },
  spark: () => ({ main: anyFile, code: anyFile, jars: [] }),
  dbt: { folder: 'dbt/any', files: [] },
  dags: [],
  marts: [],
};

/** The stacks of one environment as Terraform would read them, by their names without the environment's. */
export type Synthesised = ReadonlyMap<string, StackJson>;

/** Every committed environment, synthesised in an account that stands for a person's own; by its name. */
export async function synthesisedEnvironments(): Promise<ReadonlyMap<string, Synthesised>> {
  const all = new Map<string, Synthesised>();
  for (const name of environmentNames()) {
    const { default: file }: { default: EnvironmentFile } = await import(`../../environments/${name}.ts`);
    const outdir = mkdtempSync(join(tmpdir(), 'beatflow-synthesised-'));
    try {
      const app = new App({ outdir });
      const stacks = addStacks(app, { environment: completeEnvironment(name, file, variables), artifacts });
      app.synth();
      const read = (id: string) =>
        JSON.parse(readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8')) as StackJson;
      all.set(
        name,
        new Map(stacks.map(({ node: { id } }) => [id.slice(`${name}-`.length), read(id)] as const)),
      );
    } finally {
      rmSync(outdir, { recursive: true });
    }
  }
  return all;
}
