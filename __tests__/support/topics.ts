import type { Field } from '../../runtime/contract/fields.ts';
import { type TopicName, topicNames, topics } from '../../runtime/contract/topics.ts';

/** A value for each topic of the contract. */
export function perTopic<V>(of: (topic: TopicName) => V): Record<TopicName, V> {
  return Object.fromEntries(topicNames.map((topic) => [topic, of(topic)])) as Record<TopicName, V>;
}

type FieldsOf<T extends TopicName> = (typeof topics)[T]['fields'];

/** The fields of a topic that may be null, all null: what a plain event of a test does not care about. */
type Nulls<T extends TopicName> = {
  [K in keyof FieldsOf<T> as FieldsOf<T>[K] extends Field<infer _, true> ? K : never]: null;
};

/** See {@link Nulls}; a field that the contract gets is null in every test that does not speak of it. */
export function nulls<T extends TopicName>(topic: T): Nulls<T> {
  const fields = Object.entries<Field>(topics[topic].fields);
  return Object.fromEntries(
    fields.filter(([, { nullable }]) => nullable).map(([name]) => [name, null]),
  ) as Nulls<T>;
}
