import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

test('the judge says of statements, limits and loads what Google says', () => {
  const emulator = resolve('.beatflow/tools/bigquery/emulator');
  const { status, stderr } = spawnSync(resolve(emulator, 'bin/python'), ['-m', 'unittest', 'test_judge'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    env: { ...process.env, HOME: resolve(emulator, 'home'), PYTHONDONTWRITEBYTECODE: '1' },
  });
  expect({ status, output: status === 0 ? '' : stderr }).toEqual({ status: 0, output: '' });
  expect(stderr).toMatch(/^Ran (2[5-9]|[3-9]\d) tests/m);
});
