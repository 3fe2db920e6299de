import type { MartsVersion } from '../../warehouse/marts/marts.ts';
import type { MartsPointer } from '../../warehouse/marts/pointer.ts';

/** `ask`, whose answer is kept as long as its version: a version never changes. A failure is not kept. */
export function oncePerVersion<T>(
  ask: (version: MartsVersion) => Promise<T>,
): (version: MartsVersion) => Promise<T> {
  const known = new WeakMap<MartsPointer, Promise<T>>();
  return (version) => {
    const { pointer } = version;
    const answered = known.get(pointer);
    if (answered) return answered;
    const answer = ask(version);
    known.set(pointer, answer);
    answer.catch(() => known.delete(pointer));
    return answer;
  };
}
