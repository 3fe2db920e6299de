import { type AvroRecordSchema, fingerprint, messageSchema } from './avro.ts';
import released from './released.json' with { type: 'json' };
import { type TopicName, topicNames, topics } from './topics.ts';

/**
 * Every schema a writer of this project was ever released with, by topic, oldest first: messages of old writers
 * stay readable. `npm run generate` appends the current schema when the contract changed.
 */
export const releasedSchemas = released as unknown as Readonly<
  Record<TopicName, readonly AvroRecordSchema[]>
>;

const writerSchemasByTopic = new Map<TopicName, ReadonlyMap<string, AvroRecordSchema>>();

/** The schemas in which messages of a topic may arrive, by fingerprint. */
export function writerSchemas(topic: TopicName): ReadonlyMap<string, AvroRecordSchema> {
  const known = writerSchemasByTopic.get(topic) ?? computeWriterSchemas(topic);
  writerSchemasByTopic.set(topic, known);
  return known;
}

function computeWriterSchemas(topic: TopicName): ReadonlyMap<string, AvroRecordSchema> {
  const schemas = [...(releasedSchemas[topic] ?? []), messageSchema(topics[topic])];
  return new Map(schemas.map((schema) => [fingerprint(schema), schema]));
}

/** The released schemas with the current one of each topic appended where it is new. */
export function withCurrentSchemas(): Record<TopicName, AvroRecordSchema[]> {
  return Object.fromEntries(topicNames.map((topic) => [topic, [...writerSchemas(topic).values()]])) as Record<
    TopicName,
    AvroRecordSchema[]
  >;
}
