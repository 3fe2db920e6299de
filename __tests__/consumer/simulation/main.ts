/**
 * `node main.ts <first seed> <count> [<failures to stop after>]`: simulates the seeds and prints one JSON line: the
 * failures, and how often each trouble was met. With one seed it is a replay.
 */
import { type Outcome, simulate } from './simulate.ts';

const [first = 0, count = 1, stopAfter = 10] = process.argv.slice(2).map(Number);
const failures: Pick<Outcome, 'seed' | 'violations'>[] = [];
const counts: Record<string, number> = {};
let seeds = 0;
for (let seed = first; seed < first + count && failures.length < stopAfter; seed++) {
  const outcome = await simulate(seed);
  seeds++;
  if (outcome.violations.length > 0) failures.push({ seed, violations: outcome.violations.slice(0, 5) });
  for (const [what, times] of outcome.counts) counts[what] = (counts[what] ?? 0) + times;
}
process.stdout.write(`${JSON.stringify({ seeds, failures, counts })}\n`);
