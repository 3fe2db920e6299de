import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildArtifacts } from '../../artifacts/bundle.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { bundledPrograms } from '../../stacks/beatflow-stack.ts';
import { FakeBigQuery } from '../support/fake-bigquery.ts';
import { SegmentWriter } from '../support/segments.ts';

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
    timeout: 280_000,
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
      timeout: 280_000,
      env: { PATH: process.env.PATH ?? '' },
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/BEATFLOW_\w+ is not set/);
  },
);

/** The metadata server of a Google machine, as far as a client asks it for a token. */
async function startMetadata() {
  const server = createServer((request, response) => {
    response.setHeader('metadata-flavor', 'Google');
    response.setHeader('content-type', 'application/json');
    const token = request.url?.startsWith('/computeMetadata/v1/instance/service-accounts/default/token');
    response.end(token ? '{"access_token":"t","expires_in":3599,"token_type":"Bearer"}' : '"test-project"');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('the loader without DuckDB loads into BigQuery, checks it, and says so in a line of JSON', async () => {
  const lake = join(folder, 'lake');
  await new SegmentWriter(new LocalDiskStore(lake)).commit([1_763_600_000_000, 1_763_600_000_001]);
  const bigquery = await FakeBigQuery.start('/');
  const metadata = await startMetadata();
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [artifacts.programs.loader.path, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 280_000,
      env: {
        PATH: process.env.PATH ?? '',
        BEATFLOW_LAKE: lake,
        BEATFLOW_WAREHOUSE: 'bigquery',
        BEATFLOW_PROJECT: 'test-project',
        BEATFLOW_LOCATION: 'EU',
        BEATFLOW_DATASET_PREFIX: 'dev',
        BIGQUERY_EMULATOR_HOST: `${bigquery.address}/bigquery/v2`,
        GCE_METADATA_HOST: `127.0.0.1:${(metadata.address() as AddressInfo).port}`,
        METADATA_SERVER_DETECTION: 'assume-present',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    const [code] = await once(child, 'close');
    return { code, output };
  };
  try {
    expect(await run()).toMatchObject({
      code: 0,
      output: expect.stringMatching(/"signal":"load","rows":2,/),
    });
    expect(await run('--check')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/"hours":1,"rows":2,/),
    });
    await bigquery.query('delete from raw.listen_events');
    expect(await run('--check')).toMatchObject({ code: 2, output: expect.stringContaining('got 0') });
  } finally {
    metadata.closeAllConnections();
    metadata.close();
    await bigquery.stop();
  }
}, 400_000);

test('the generator simulates with threads', () => {
  const window = ['--start-time', '2026-03-01T00:00:00Z', '--end-time', '2026-03-02T00:00:00Z'];
  const eventsWith = (workers: number) => {
    const output = join(folder, `events-${workers}`);
    const args = ['--nusers', '200', '--output', `json:${output}`, '--workers', String(workers), ...window];
    const { status, stderr } = spawnSync(process.execPath, [artifacts.programs.generator.path, ...args], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 280_000,
      env: { PATH: process.env.PATH ?? '' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return readFileSync(join(output, 'page_view_events'), 'utf8');
  };
  const events = eventsWith(2);
  expect(events.split('\n').length).toBeGreaterThan(100);
  expect(events).toBe(eventsWith(0));
});
