import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdktf';
import { buildArtifacts } from './artifacts/bundle.ts';
import { addPolicies } from './constructs/policies/index.ts';
import { EnvironmentError } from './environments/model/fault.ts';
import { loadEnvironment } from './environments/model/load.ts';
import { addStacks } from './stacks/app.ts';

/** Removes folders of stacks that a former synth left, which the CLI would go on to offer. */
function removeStale(outdir: string, stacks: readonly string[]): void {
  const folder = join(outdir, 'stacks');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!stacks.includes(name)) rmSync(join(folder, name), { recursive: true });
  }
}

try {
  const environment = await loadEnvironment(process.env);
  const artifacts = await buildArtifacts(join(import.meta.dirname, '.beatflow/bundles'));
  const app = new App();
  const stacks = addStacks(app, { environment, artifacts });
  addPolicies(stacks, environment);
  removeStale(
    app.outdir,
    stacks.map((stack) => stack.node.id),
  );
  app.synth();
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
