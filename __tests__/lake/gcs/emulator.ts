import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../runtime/local/free-port.ts';

/** Where `scripts/test.mjs` installs the emulator of Cloud Storage. */
const emulatorPath = resolve('.beatflow/tools/bin/fake-gcs-server');

/** A running emulator with one bucket. */
export interface Emulator {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts the emulator; `publicPort` is the port its clients use, be it a proxy's. Objects are files of `folder`, by bucket and
 * name; without a folder they are in memory.
 */
export async function startEmulator(
  bucket: string,
  publicPort: () => Promise<number>,
  folder?: string,
): Promise<Emulator> {
  if (!existsSync(emulatorPath))
    throw new Error(`${emulatorPath} is missing: run npm test, which installs it`);
  const port = await freePort(0);
  const address = `127.0.0.1:${await publicPort()}`;
  const child: ChildProcess = spawn(
    emulatorPath,
    [
      ...['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port)],
      ...(folder ? ['-backend', 'filesystem', '-filesystem-root', folder] : ['-backend', 'memory']),
      ...['-public-host', address, '-external-url', `http://${address}`, '-log-level', 'error'],
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}/storage/v1/b?project=test`;
  for (let tries = 0; ; tries++) {
    try {
      const body = JSON.stringify({ name: bucket });
      const { ok } = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      if (ok) break;
    } catch (error) {
      if (tries > 100) throw error;
    }
    await delay(100);
  }
  return {
    port,
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
