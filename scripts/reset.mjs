/** Removes the local pipeline's state (broker data, lake, warehouse, marts); the installed tools stay. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const state = join(dirname(dirname(fileURLToPath(import.meta.url))), '.beatflow', 'state');
const lock = join(state, 'runner.pid');
if (existsSync(lock)) {
  const pid = Number(readFileSync(lock, 'utf8'));
  let running = true;
  try {
    process.kill(pid, 0);
  } catch {
    running = false;
  }
  if (running) {
    process.stderr.write(`the local pipeline is running (process ${pid}): stop it first\n`);
    process.exit(2);
  }
}
rmSync(state, { recursive: true, force: true });
process.stdout.write('the local state is gone: npm start begins anew\n');
