/** A partition of a topic as a key of maps: `listen_events/3`. */
export function partitionKey({
  topic,
  partition,
}: {
  readonly topic: string;
  readonly partition: number;
}): string {
  return `${topic}/${partition}`;
}
