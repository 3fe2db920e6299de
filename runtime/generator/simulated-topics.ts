import type { TopicName } from '../contract/topics.ts';

/** The topics that the generator simulates, which are Eventsim's. Others of the contract have producers of their own. */
export const simulatedTopics = [
  'listen_events',
  'page_view_events',
  'auth_events',
  'status_change_events',
] as const satisfies readonly TopicName[];

export type SimulatedTopic = (typeof simulatedTopics)[number];

/** Whether the generator simulates a topic. */
export function isSimulated(topic: string): topic is SimulatedTopic {
  return (simulatedTopics as readonly string[]).includes(topic);
}
