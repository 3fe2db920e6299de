import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'cdktf';
import type { EnvironmentFile } from '../environments/model/environment.ts';
import { completeEnvironment, environmentNames } from '../environments/model/load.ts';
import { addStacks } from '../stacks/app.ts';
import type { Artifacts } from '../stacks/beatflow-stack.ts';
import { iamRows, iamTable } from './iam-matrix.ts';

/** Stands for a person's own account in the document. */
const variables = {
  BEATFLOW_PROJECT: 'your-project',
  BEATFLOW_PROJECT_NUMBER: '123456789012',
  BEATFLOW_ALERT_EMAIL: 'you@example.com',
  BEATFLOW_BILLING_ACCOUNT: '000000-000000-000000',
};

/** Who may do what does not depend on what the code is: any file serves as each program. */
const anyFile = {
  path: fileURLToPath(new URL('../package.json', import.meta.url)),
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

/** The text of docs/iam.md: every grant of every committed environment. */
export async function iamDocument(): Promise<string> {
  const parts = [
    '# Who may do what',
    '',
    'Every grant that a deploy makes, by environment. Generated from the synthesised stacks by `npm run generate`; a',
    'test fails when it is out of date, so that a change of rights is a line in a diff. The project is called',
    '`your-project` here.',
    '',
  ];
  for (const name of environmentNames()) {
    const { default: file }: { default: EnvironmentFile } = await import(`../environments/${name}.ts`);
    const outdir = mkdtempSync(join(tmpdir(), 'beatflow-iam-'));
    try {
      const app = new App({ outdir });
      const stacks = addStacks(app, { environment: completeEnvironment(name, file, variables), artifacts });
      app.synth();
      const json = stacks.map(({ node }) =>
        JSON.parse(readFileSync(join(outdir, 'stacks', node.id, 'cdk.tf.json'), 'utf8')),
      );
      parts.push(`## ${name}`, '', iamTable(iamRows(json)));
    } finally {
      rmSync(outdir, { recursive: true });
    }
  }
  return parts.join('\n');
}
