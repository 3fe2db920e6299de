import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until a condition holds: often at first, then every 100 ms. The deadline, ms, ends what hangs; no test counts on it.
 *
 * @throws Error naming what was waited for, after the deadline
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (let pause = 5; !(await condition()); pause = Math.min(2 * pause, 100)) {
    if (Date.now() > deadline) throw new Error(`waited ${deadlineMs} ms in vain until ${what}`);
    await delay(pause);
  }
}
