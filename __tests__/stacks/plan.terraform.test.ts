import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployments, synthesise, writeArtifacts } from '../support/deployments.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-terraform-'));
const counts: string[] = [];
afterAll(() => {
  rmSync(folder, { recursive: true });
  process.stdout.write(`planned from nothing, each stack alone:\n  ${counts.join('\n  ')}\n`);
});

/** Terraform in a folder, away from any cloud: a plan from nothing asks for no data and checks no token. */
function terraform(directory: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('terraform', [`-chdir=${directory}`, ...args, '-no-color'], {
    encoding: 'utf8',
    timeout: 280_000,
    env: {
      ...process.env,
      GOOGLE_OAUTH_ACCESS_TOKEN: 'none',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    },
  });
  if (status !== 0) throw new Error(`terraform ${args.join(' ')} in ${directory}:\n${stdout}${stderr}`);
  return stdout;
}

const components = ['foundation', 'lake', 'warehouse', 'streaming', 'orchestration', 'observability'];
const all = await deployments();

describe.each([...all.keys()].map((name) => [name]))('%s', (variant) => {
  const environment = all.get(variant);
  if (!environment) throw new Error(`there is no deployment ${variant}`);
  const outdir = join(folder, variant);
  const stacks = synthesise(environment, writeArtifacts(join(folder, 'artifacts')), outdir);

  test.each(components)('%s is valid and can be planned from nothing', (component) => {
    const stack = stacks.find((id) => id.endsWith(`-${component}`)) ?? '';
    const directory = join(outdir, 'stacks', stack);
    terraform(directory, 'init');
    expect(JSON.parse(terraform(directory, 'validate', '-json'))).toMatchObject({
      valid: true,
      error_count: 0,
      warning_count: 0,
    });
    const added = /Plan: (\d+) to add, 0 to change, 0 to destroy/.exec(
      terraform(directory, 'plan', '-lock=false'),
    )?.[1];
    counts.push(`${variant} ${component}: ${added} resources`);
    expect(Number(added)).toBeGreaterThan(3);
  });
});
