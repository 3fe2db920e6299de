import { lakeFolders } from '../contract/lake-folders.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** A data file or a file of dead letters, and what its name says of where it comes from. */
export interface SegmentObject extends StoredObject {
  readonly topic: string;
  readonly partition: number;
  /** First offset of the segment that it was written for. */
  readonly startOffset: number;
}

const name = /\/([^/]+)-p(\d{3,})-o(\d{20})-[^/]+\.(?:avro|jsonl)$/;

/** Everything in the lake that a commit record could name, whether or not one does. */
export async function* listSegmentObjects(store: ObjectStore): AsyncGenerator<SegmentObject> {
  const topics = (await store.listFolders('')).filter((folder) => !folder.startsWith('_'));
  for (const folder of [...topics.map((topic) => `${topic}/`), lakeFolders.dead]) {
    for await (const object of store.list(folder)) {
      const [, topic, partition, startOffset] = name.exec(object.path) ?? [];
      if (topic === undefined) continue;
      yield { ...object, topic, partition: Number(partition), startOffset: Number(startOffset) };
    }
  }
}
