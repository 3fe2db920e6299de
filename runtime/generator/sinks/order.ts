import type { EncodedTopic } from '../encode/output.ts';

/** Messages `first` up to, not including, `end` of a part. */
interface Run {
  readonly part: EncodedTopic;
  readonly first: number;
  readonly end: number;
}

/**
 * Goes through the parts of a topic in order of time: by second, and within a second by shard, since parts hold
 * contiguous shards. The order is therefore the same for any number of parts.
 */
export function* inTimeOrder(parts: readonly EncodedTopic[]): Generator<Run> {
  if (parts.length === 1) {
    const [part] = parts as [EncodedTopic];
    if (part.count > 0) yield { part, first: 0, end: part.count };
    return;
  }
  const next = new Array<number>(parts.length).fill(0);
  const secondOf = (part: EncodedTopic, index: number) => part.seconds[next[index] as number] ?? Infinity;
  for (;;) {
    const second = Math.min(...parts.map(secondOf));
    if (second === Infinity) return;
    for (const [index, part] of parts.entries()) {
      const first = next[index] as number;
      let end = first;
      while (part.seconds[end] === second) end++;
      next[index] = end;
      if (end > first) yield { part, first, end };
    }
  }
}

/** Where message `index` of a part begins. */
export function startOf(part: EncodedTopic, index: number): number {
  return index === 0 ? 0 : (part.ends[index - 1] as number);
}
