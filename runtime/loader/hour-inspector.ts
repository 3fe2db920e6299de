import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { type AvroRecordSchema, fingerprint } from '../contract/avro.ts';
import { writerSchemas } from '../contract/released.ts';
import { lakeFields, type TopicName } from '../contract/topics.ts';
import { schemaOfAvroFile } from '../lake/avro-reader.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { errorMessage } from '../program/errors.ts';
import type { HourFile, HourOfTopic } from '../warehouse/raw/warehouse.ts';

/** Files in memory at once; each is as long as the consumer's buffer at most (48 MiB by default). */
const filesAtOnce = 4;
/** Reads that failed after which a run reads no more: a lake that is away costs minutes of retries with each. */
const mostUnreadable = 8;
const coordinates = Object.keys(lakeFields).length;

/** Says of hours whether the lake has what their commit records name, for one run of the loader. */
export class HourInspector {
  readonly #store: ObjectStore;
  readonly #limit = pLimit(filesAtOnce);
  readonly #fingerprints = new Map<string, string>();
  #unreadable = 0;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * Why an hour must not be loaded, or undefined when each of its files can be read, is what its commit record says,
   * and is written with a schema of the contract. It never throws: what ails one hour is no matter of the others.
   */
  async faultOf({ topic, files }: HourOfTopic): Promise<string | undefined> {
    const faults = await Promise.all(files.map((file) => this.#limit(() => this.#faultOfFile(topic, file))));
    return faults.find((fault) => fault !== undefined);
  }

  async #faultOfFile(topic: TopicName, { path, sha256 }: HourFile): Promise<string | undefined> {
    if (this.#unreadable >= mostUnreadable) {
      return `${path} was not read, after ${this.#unreadable} other files could not be: is the lake there? The next run tries again`;
    }
    let content: Buffer | undefined;
    try {
      content = await this.#store.read(path);
    } catch (error) {
      this.#unreadable++;
      return `${path} could not be read: ${errorMessage(error)}; the next run tries again`;
    }
    if (!content) return `${path} is named by a commit record and is not in the lake`;
    const got = createHash('sha256').update(content).digest('hex');
    if (got !== sha256) return `${path} has checksum ${got}, its commit record says ${sha256}`;
    return this.#schemaFault(topic, path, content);
  }

  #schemaFault(topic: TopicName, path: string, content: Buffer): string | undefined {
    try {
      const got = this.#fingerprintOf(schemaOfAvroFile(path, content));
      const known = writerSchemas(topic);
      if (known.has(got)) return undefined;
      return (
        `${path} is written with schema ${got}, the contract knows for ${topic} ${[...known.keys()].join(', ')}: ` +
        'load it with the release that wrote it or a later one'
      );
    } catch (error) {
      return errorMessage(error);
    }
  }

  /** The fingerprint of the messages in a file of this schema: the file adds coordinates to their fields. */
  #fingerprintOf(schemaText: string): string {
    const known = this.#fingerprints.get(schemaText);
    if (known !== undefined) return known;
    const schema = JSON.parse(schemaText) as AvroRecordSchema;
    const made = fingerprint({ ...schema, fields: schema.fields.slice(0, -coordinates) });
    this.#fingerprints.set(schemaText, made);
    return made;
  }
}
