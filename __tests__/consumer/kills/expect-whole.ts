import { expect } from '@jest/globals';
import type { Survival } from './survive.ts';

/** Each record of Kafka is in the lake exactly once, and its content is what it was. */
export function expectWhole({ auditFaults, ends, produced, rows }: Survival): void {
  expect(produced).toBeGreaterThan(0);
  expect(auditFaults).toEqual([]);
  expect(ends.map(({ lake }) => lake)).toEqual(ends.map(({ log }) => log));
  expect(ends.reduce((sum, { log }) => sum + log, 0)).toBe(produced);
  expect(rows).toBe(produced);
}
