import { hash32 } from '../random/stream.ts';
import type { SimulationSettings } from '../simulation/settings.ts';
import type { Numbering } from './encoder.ts';

const purpose = 141;
/** Sessions of one run lie below this distance from its base: 17.6 million million. */
const room = 2 ** 44;

/**
 * How a run's users and sessions are numbered. Session numbers begin at a base that is a hash of the seed and the
 * start: the intervals of two runs with N sessions in all meet with probability N / 2^53, so staging can tell runs
 * apart. In compat mode they begin at 1.
 */
export function numberingOf({ seed, startMs, firstUserId, eventsimCompat }: SimulationSettings): Numbering {
  const high = hash32(seed, startMs, purpose) >>> 0;
  const low = hash32(seed, startMs, purpose + 1) >>> 0;
  const fraction = (high + low * 2 ** -32) * 2 ** -32;
  return {
    startMs,
    firstUserId,
    sessionBase: eventsimCompat ? 1 : Math.floor(fraction * (2 ** 53 - room)),
  };
}
