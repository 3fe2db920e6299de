import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentNames } from '../../environments/model/load.ts';
import { deployments, synthesise, writeArtifacts } from '../support/deployments.ts';
import { outline } from '../support/outline.ts';
import { Template } from '../support/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-outlines-'));
afterAll(() => rmSync(folder, { recursive: true }));

const components = ['foundation', 'lake', 'warehouse', 'streaming', 'orchestration', 'observability'];
const all = await deployments();

describe.each(environmentNames().map((name) => [name]))('%s', (name) => {
  const environment = all.get(name);
  if (!environment) throw new Error(`there is no environment ${name}`);
  const outdir = join(folder, name);
  const stacks = synthesise(environment, writeArtifacts(folder), outdir);

  test.each(components)('%s is what was reviewed', (component) => {
    const stack = stacks.find((id) => id === `${name}-${component}`);
    const template = new Template(readFileSync(join(outdir, 'stacks', String(stack), 'cdk.tf.json'), 'utf8'));
    expect(outline(template)).toMatchSnapshot();
  });
});
