import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

async function start(): Promise<ChildProcess> {
  const child = fork(resolve('__tests__/program/fixtures/never-stops.ts'), { stdio: 'ignore' });
  await once(child, 'message');
  return child;
}

test('a program that cannot stop ends after its deadline, with an exit code that says so', async () => {
  const child = await start();
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([1, null]);
});

test('a program whose parent is gone does not stay behind, also when it cannot stop', async () => {
  const child = await start();
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([1, null]);
});
