import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncodedTopic } from '../encode/output.ts';
import type { EncodedPart, Slice } from '../engine/engine.ts';
import { type SimulatedTopic, simulatedTopics } from '../simulated-topics.ts';
import { AppendFile } from './append-file.ts';
import { inTimeOrder, startOf } from './order.ts';
import type { Sink, SinkPosition } from './sink.ts';

/** The parts of one topic. */
export function partsOf(
  parts: readonly EncodedPart[] | undefined,
  topic: SimulatedTopic,
): readonly EncodedTopic[] {
  return (parts ?? []).flatMap((topics) => topics.filter((encoded) => encoded.topic === topic));
}

/** Pieces of a topic's messages in order of time. */
export function piecesOf(parts: readonly EncodedTopic[]): Uint8Array[] {
  return [...inTimeOrder(parts)].map(({ part, first, end }) =>
    part.bytes.subarray(startOf(part, first), part.ends[end - 1]),
  );
}

/** Writes one file of JSON lines per topic, named as the topic, as Eventsim does. */
export class JsonFilesSink implements Sink {
  readonly format = 'json';
  readonly #files: ReadonlyMap<SimulatedTopic, AppendFile>;

  private constructor(files: ReadonlyMap<SimulatedTopic, AppendFile>) {
    this.#files = files;
  }

  /** Opens the files of a folder, which is created; they begin anew unless there is a position to go on from. */
  static async open(folder: string, position?: SinkPosition): Promise<JsonFilesSink> {
    await mkdir(folder, { recursive: true });
    const paths = Object.fromEntries(simulatedTopics.map((topic) => [topic, join(folder, topic)]));
    const files = await AppendFile.openAll(paths as Record<SimulatedTopic, string>, position);
    return new JsonFilesSink(files);
  }

  async write({ encoded }: Slice): Promise<void> {
    for (const [topic, file] of this.#files) await file.append(piecesOf(partsOf(encoded.json, topic)));
  }

  position(): SinkPosition {
    return Object.fromEntries([...this.#files].map(([topic, file]) => [topic, file.length]));
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
  }
}
