import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowedFindings } from '../../constructs/policies/checkov-allowed.ts';
import { isProtected } from '../../environments/model/environment.ts';
import { deployments, synthesise, writeArtifacts } from '../support/deployments.ts';

interface Finding {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly file_path: string;
}

interface Report {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: { readonly failed_checks: readonly Finding[] };
}

const python = process.env.BEATFLOW_CHECKOV_PYTHON ?? '';
const folder = mkdtempSync(join(tmpdir(), 'beatflow-checkov-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** checkov names a resource by its address, with or without its type; we name it by its construct's path. */
function constructOf({ resource, file_path: file }: Finding): string {
  const json = JSON.parse(readFileSync(join(folder, 'environments', file), 'utf8'));
  const [, environment = ''] = file.split('/');
  const id = resource.split('.').at(-1) ?? '';
  const paths = Object.values<Record<string, { '//': { metadata: { path: string } } }>>(
    json.resource,
  ).flatMap((byId) => (byId[id] ? [byId[id]['//'].metadata.path] : []));
  if (paths.length === 0) throw new Error(`${resource} is not in ${file}`);
  return paths[0]?.slice(`${environment}-`.length) ?? '';
}

test('checkov finds nothing in what is protected but what is allowed, and all of that', async () => {
  const guarded = [...(await deployments()).values()].filter(
    ({ protection, encryption }) => isProtected(protection) && encryption.keys === 'customer',
  );
  expect(guarded.map(({ name }) => name)).toContain('prod');
  for (const environment of guarded) {
    const outdir = join(folder, 'environments', environment.name);
    mkdirSync(outdir, { recursive: true });
    synthesise(environment, writeArtifacts(join(folder, 'artifacts')), outdir);
  }
  const { stdout, stderr } = spawnSync(
    python,
    [
      join(python, '..', 'checkov'),
      ...['-d', join(folder, 'environments'), '--framework', 'terraform_json'],
      ...['--skip-download', '--quiet', '--compact', '-o', 'json'],
    ],
    { encoding: 'utf8', env: { ...process.env, BC_SKIP_MAPPING: 'TRUE' }, maxBuffer: 1 << 26 },
  );
  if (!stdout.startsWith('{')) throw new Error(`checkov did not report: ${stdout}${stderr}`);
  const { summary, results }: Report = JSON.parse(stdout);
  process.stdout.write(`checkov: ${summary.passed} passed, ${results.failed_checks.length} failed\n`);
  expect(summary.parsing_errors).toBe(0);
  expect(summary.passed).toBeGreaterThan(150);
  const found = new Set(
    results.failed_checks.map((finding) => `${finding.check_id} ${constructOf(finding)}`),
  );
  expect([...found].sort()).toEqual(
    allowedFindings.map(({ check, construct }) => `${check} ${construct}`).sort(),
  );
});

test('there are fewer than ten allowed findings, each with a reason', () => {
  expect(allowedFindings.length).toBeLessThan(10);
  for (const { reason } of allowedFindings) expect(reason.split(' ').length).toBeGreaterThan(5);
});
