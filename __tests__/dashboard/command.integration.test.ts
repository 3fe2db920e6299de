import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ListeningReport } from '../../runtime/dashboard/command.ts';
import { MartsFixture } from './marts-fixture.ts';

const cli = fileURLToPath(new URL('../../runtime/cli.ts', import.meta.url));

let fixture: MartsFixture;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  fixture = await MartsFixture.create();
});

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await fixture.remove();
});

function start(variables: Record<string, string>) {
  const child = fork(cli, ['dashboard'], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return { code: code as number | null, errors };
  });
  return { child, ended };
}

const listening = async (child: ChildProcess) => {
  const [report] = (await once(child, 'message')) as [ListeningReport];
  expect(report.type).toBe('listening');
  return report.url;
};

test('SIGTERM ends it with 0, also while a page holds its event stream open', async () => {
  const { child, ended } = start({ BEATFLOW_MARTS: fixture.marts, BEATFLOW_DASHBOARD_PORT: '0' });
  const url = await listening(child);
  const stream = await fetch(`${url}/api/events`);
  const reader = stream.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  expect(first).toContain('retry: ');
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, errors: '' });
});

test('a taken port is named, with what to do', async () => {
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { ended } = start({ BEATFLOW_MARTS: fixture.marts, BEATFLOW_DASHBOARD_PORT: String(port) });
  const { code, errors } = await ended;
  taken.close();
  expect(code).toBe(2);
  expect(errors).toContain(`port ${port} on 127.0.0.1 is taken`);
  expect(errors).toContain('BEATFLOW_DASHBOARD_PORT');
});

test('all faults of the configuration are named at once', async () => {
  const { ended } = start({ BEATFLOW_DASHBOARD_PORT: 'http' });
  const { code, errors } = await ended;
  expect(code).toBe(2);
  expect(errors).toContain('2 faults');
  expect(errors).toContain('BEATFLOW_DASHBOARD_PORT is "http"');
  expect(errors).toContain('BEATFLOW_MARTS is not set');
});
