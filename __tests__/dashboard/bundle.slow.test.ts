import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildArtifacts } from '../../artifacts/bundle.ts';

let folder: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-bundle-'));
});

afterAll(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('the bundle alone, without packages and sources, serves the page from BigQuery’s side of the seam', async () => {
  const { programs } = await buildArtifacts(folder);
  const started = spawn(process.execPath, [programs.dashboard.path], {
    cwd: folder,
    env: {
      METADATA_SERVER_DETECTION: 'none',
      BEATFLOW_MARTS: 'bigquery://a-project/prod_marts?location=EU',
      BEATFLOW_DASHBOARD_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  let url: string | undefined;
  for await (const line of createInterface({ input: started.stdout })) {
    url = (JSON.parse(line) as { url?: string }).url;
    if (url) break;
  }
  const html = await (await fetch(`${url}/`)).text();
  const files = [...html.matchAll(/(?:src|href|content)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  expect(files.length).toBeGreaterThanOrEqual(4);
  for (const file of files) expect([file, (await fetch(`${url}${file}`)).status]).toEqual([file, 200]);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const ended = once(started, 'exit');
  started.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
