import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const run = (command: string, args: readonly string[], cwd = '.') =>
  spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 600_000 });

test('hadolint has nothing to say of the Dockerfile', () => {
  const { status, stdout } = run(resolve('.beatflow/tools/hadolint/bin/hadolint'), ['docker/Dockerfile']);
  expect([status, stdout]).toEqual([0, '']);
});

test('the Compose specification’s own library takes the file, and refuses one with a fault', async () => {
  const checker = resolve('__tests__/compose/checker');
  const { status, stdout, stderr } = run('go', ['run', '.', resolve('compose.yaml')], checker);
  expect([status, stdout, stderr.replace(/^go: downloading.*\n/gm, '')]).toEqual([0, 'beatflow 6\n', '']);
  const folder = await mkdtemp(join(tmpdir(), 'beatflow-compose-'));
  const broken = join(folder, 'compose.yaml');
  writeFileSync(broken, (await readFile('compose.yaml', 'utf8')).replace('retries:', 'attempts:'));
  expect(run('go', ['run', '.', broken], checker).stderr).toContain('attempts');
  await rm(folder, { recursive: true });
});
