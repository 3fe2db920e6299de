import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { variables } from '../support/deployments.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'beatflow-synth-'));
afterAll(() => rmSync(folder, { recursive: true }));

function synth(repository: string, outdir: string, changed: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['--disable-warning=DEP0044', 'main.ts'], {
    cwd: repository,
    encoding: 'utf8',
    timeout: 280_000,
    env: {
      PATH: process.env.PATH ?? '',
      CDKTF_OUTDIR: outdir,
      BEATFLOW_ENVIRONMENT: 'prod',
      ...variables,
      ...changed,
    },
  });
}

/** Every file below a folder with the hash of its bytes. */
function bytesBelow(directory: string): Readonly<Record<string, string>> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(20);
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [
        path.slice(directory.length),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );
}

test('synth gives the same bytes twice, and from a checkout in a folder with blanks and letters beyond ASCII', () => {
  const runs = [synth(root, join(folder, 'first')), synth(root, join(folder, 'second'))];
  const clone = join(folder, 'müsic café x', 'beat flow');
  const tracked = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);
  expect(tracked).toContain('main.ts');
  for (const path of tracked) cpSync(join(root, path), join(clone, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  runs.push(synth(clone, join(folder, 'third')));

  expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
    runs.map(() => ({ status: 0, stderr: '' })),
  );
  const first = bytesBelow(join(folder, 'first'));
  expect(bytesBelow(join(folder, 'second'))).toEqual(first);
  expect(bytesBelow(join(folder, 'third'))).toEqual(first);
});

test('a synth leaves no stack of another environment behind', () => {
  const outdir = join(folder, 'changing');
  expect(synth(root, outdir).status).toBe(0);
  expect(synth(root, outdir, { BEATFLOW_ENVIRONMENT: 'dev' }).status).toBe(0);
  expect(readdirSync(join(outdir, 'stacks')).filter((name) => !name.startsWith('dev-'))).toEqual([]);
});

test('a fault of the environment ends the synth with its lines and without a stack trace', () => {
  const { status, stderr } = synth(root, join(folder, 'none'), {
    BEATFLOW_PROJECT: '',
    BEATFLOW_REGION: 'mars',
  });
  expect(status).toBe(2);
  expect(stderr.split('\n')).toEqual([
    '2 faults in the environment:',
    expect.stringContaining('project is not set'),
    expect.stringContaining('region is "mars"'),
    '',
  ]);
});
