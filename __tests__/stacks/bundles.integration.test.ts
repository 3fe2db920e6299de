import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildArtifacts } from '../../scripts/bundle.ts';
import { bundledPrograms } from '../../stacks/beatflow-stack.ts';

// Outside the repository: no package can be found from here.
const folder = mkdtempSync(join(tmpdir(), 'beatflow-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));
const artifacts = await buildArtifacts(folder);

test.each(bundledPrograms.map((program) => [program]))('%s answers --help on plain Node', (program) => {
  const { path } = artifacts.programs[program];
  process.stdout.write(`${program}.mjs: ${(statSync(path).size / 1e6).toFixed(2)} MB\n`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, '--help'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env.PATH ?? '' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('Usage: ');
});

test.each(bundledPrograms.filter((program) => program !== 'generator').map((program) => [program]))(
  '%s says what it lacks when nothing is set, and does not crash',
  (program) => {
    const { path } = artifacts.programs[program];
    const { status, stderr } = spawnSync(process.execPath, [path], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: process.env.PATH ?? '' },
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/BEATFLOW_\w+ is not set/);
  },
);

test('the generator simulates with threads', () => {
  const window = ['--start-time', '2026-03-01T00:00:00Z', '--end-time', '2026-03-02T00:00:00Z'];
  const eventsWith = (workers: number) => {
    const output = join(folder, `events-${workers}`);
    const args = ['--nusers', '200', '--output', `json:${output}`, '--workers', String(workers), ...window];
    const { status, stderr } = spawnSync(process.execPath, [artifacts.programs.generator.path, ...args], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: process.env.PATH ?? '' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return readFileSync(join(output, 'page_view_events'), 'utf8');
  };
  const events = eventsWith(2);
  expect(events.split('\n').length).toBeGreaterThan(100);
  expect(events).toBe(eventsWith(0));
});
