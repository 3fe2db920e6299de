import { defaultBehaviour } from '../../runtime/generator/behaviour/default.ts';
import type { CatalogueSource } from '../../runtime/generator/catalogue/source.ts';
import type { EncodedTopic } from '../../runtime/generator/encode/output.ts';
import type { FormatName } from '../../runtime/generator/engine/engine.ts';
import { Part } from '../../runtime/generator/engine/part.ts';
import { simulatedTopics } from '../../runtime/generator/simulated-topics.ts';
import { type SimulationSettings, shardCount } from '../../runtime/generator/simulation/settings.ts';

/** A Monday without a holiday near it. */
export const monday = Date.parse('2026-03-02T00:00:00Z');

export const allShards = Array.from({ length: shardCount }, (_, shard) => shard);

/** Settings of a small population with Eventsim's example behaviour. */
export function settings(overrides: Partial<SimulationSettings> = {}): SimulationSettings {
  return {
    behaviour: defaultBehaviour,
    seed: 1,
    startMs: monday,
    endMs: undefined,
    users: 300,
    growthRate: 0,
    attritionRate: 0,
    firstUserId: 1,
    eventsimCompat: false,
    ...overrides,
  };
}

/** The messages of a topic, copied. */
function messagesOf({ bytes, ends, count }: EncodedTopic): Buffer[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(bytes.slice(i === 0 ? 0 : (ends[i - 1] as number), ends[i] as number)),
  );
}

/** An event as JSON has it. */
export type JsonEvent = Readonly<Record<string, unknown>> & {
  readonly ts: number;
  readonly sessionId: number;
  readonly itemInSession: number;
  readonly auth?: string;
  readonly page?: string;
  readonly userId?: number;
};

/** Everything that some shards do, by topic and in order, in steps of `stepSeconds`. */
export function simulate(
  props: {
    readonly settings?: SimulationSettings;
    readonly shards?: readonly number[];
    readonly days?: number;
    readonly stepSeconds?: number;
    readonly tag?: string | null;
    readonly formats?: readonly FormatName[];
    readonly catalogue?: CatalogueSource;
  } = {},
): {
  readonly messages: Map<string, Buffer[]>;
  /** The JSON lines as they are written, and read. */
  readonly lines: Map<string, Buffer[]>;
  readonly events: Map<string, JsonEvent[]>;
} {
  const formats = props.formats ?? ['avro', 'json'];
  const part = new Part({
    settings: props.settings ?? settings(),
    tag: props.tag ?? null,
    formats,
    shards: props.shards ?? allShards,
    catalogue: props.catalogue ?? { type: 'synthetic', size: 2000 },
  });
  const messages = new Map<string, Buffer[]>(simulatedTopics.map((name) => [name, []]));
  const lines = new Map<string, Buffer[]>(simulatedTopics.map((name) => [name, []]));
  const events = new Map<string, JsonEvent[]>(simulatedTopics.map((name) => [name, []]));
  const end = (props.days ?? 2) * 86_400;
  while (part.simulator.now < end) {
    const { encoded } = part.advance(Math.min(end, part.simulator.now + (props.stepSeconds ?? 40_000)));
    for (const topic of encoded.avro?.[0] ?? []) messages.get(topic.topic)?.push(...messagesOf(topic));
    for (const topic of encoded.json?.[0] ?? []) {
      const written = messagesOf(topic);
      lines.get(topic.topic)?.push(...written);
      events.get(topic.topic)?.push(...written.map((line) => JSON.parse(line.toString()) as JsonEvent));
    }
  }
  return { messages, lines, events };
}
