import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageSchema } from '../../contract/avro.ts';
import { messageHeaderLength } from '../../contract/message.ts';
import { topics } from '../../contract/topics.ts';
import { encodeLong } from '../../contract/varint.ts';
import type { EncodedTopic } from '../encode/output.ts';
import type { Slice } from '../engine/engine.ts';
import { type SimulatedTopic, simulatedTopics } from '../simulated-topics.ts';
import { AppendFile } from './append-file.ts';
import { partsOf } from './json-files.ts';
import { inTimeOrder, startOf } from './order.ts';
import type { Sink, SinkPosition } from './sink.ts';

const syncLength = 16;

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([encodeLong(bytes.length), bytes]);
}

/** The head of an Avro object container file without compression (Avro 1.12, "Object Container Files"). */
function header(topic: SimulatedTopic, sync: Uint8Array): Uint8Array {
  const schema = JSON.stringify(messageSchema(topics[topic]));
  const metadata = [
    encodeLong(2),
    text('avro.schema'),
    text(schema),
    text('avro.codec'),
    text('null'),
    encodeLong(0),
  ];
  return Buffer.concat([Buffer.from('Obj\u0001', 'latin1'), ...metadata, sync]);
}

/** The bodies of a topic's messages in order of time, without their single-object headers. */
function bodiesOf(parts: readonly EncodedTopic[]): { readonly count: number; readonly bytes: Uint8Array } {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const size = parts.reduce((sum, part) => sum + part.bytes.length, 0) - count * messageHeaderLength;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const { part, first, end } of inTimeOrder(parts)) {
    for (let i = first; i < end; i++) {
      const body = part.bytes.subarray(startOf(part, i) + messageHeaderLength, part.ends[i]);
      bytes.set(body, at);
      at += body.length;
    }
  }
  return { count, bytes };
}

/** Writes one Avro object container file per topic, `<topic>.avro`, with a block per slice. */
export class AvroFilesSink implements Sink {
  readonly format = 'avro';
  readonly #sync: Uint8Array;
  readonly #files: ReadonlyMap<SimulatedTopic, AppendFile>;

  private constructor(sync: Uint8Array, files: ReadonlyMap<SimulatedTopic, AppendFile>) {
    this.#sync = sync;
    this.#files = files;
  }

  /** Opens the files of a folder, which is created; they begin anew unless there is a position to go on from. */
  static async open(folder: string, position?: SinkPosition): Promise<AvroFilesSink> {
    await mkdir(folder, { recursive: true });
    const sync = position ? Buffer.from(String(position.sync), 'hex') : randomBytes(syncLength);
    const paths = Object.fromEntries(simulatedTopics.map((topic) => [topic, join(folder, `${topic}.avro`)]));
    const files = await AppendFile.openAll(paths as Record<SimulatedTopic, string>, position);
    if (!position) for (const [topic, file] of files) await file.append([header(topic, sync)]);
    return new AvroFilesSink(sync, files);
  }

  async write({ encoded }: Slice): Promise<void> {
    for (const [topic, file] of this.#files) {
      const { count, bytes } = bodiesOf(partsOf(encoded.avro, topic));
      if (count > 0) await file.append([encodeLong(count), encodeLong(bytes.length), bytes, this.#sync]);
    }
  }

  position(): SinkPosition {
    const lengths = [...this.#files].map(([topic, file]) => [topic, file.length] as const);
    return { ...Object.fromEntries(lengths), sync: Buffer.from(this.#sync).toString('hex') };
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
  }
}
