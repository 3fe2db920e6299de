import { coordinatesOf, fingerprint, messageSchema } from '../contract/avro.ts';
import { lakeFolders } from '../contract/lake-folders.ts';
import { writerSchemas } from '../contract/released.ts';
import { signals } from '../contract/signals.ts';
import { topicNames, topics } from '../contract/topics.ts';

/** What the Spark job has to know of the contract, as the text of the file that travels with it. */
export function sparkContract(): string {
  const [anyTopic] = topicNames;
  const contract = {
    // Equal for all topics.
    coordinates: anyTopic === undefined ? [] : coordinatesOf(topics[anyTopic]),
    folders: lakeFolders,
    signals: { consumerWork: signals.consumerWork.name },
    topics: Object.fromEntries(
      topicNames.map((topic) => [
        topic,
        {
          current: fingerprint(messageSchema(topics[topic])),
          schemas: Object.fromEntries(writerSchemas(topic)),
        },
      ]),
    ),
  };
  return `${JSON.stringify(contract, null, 1)}\n`;
}
