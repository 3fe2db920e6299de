import type { EventProducer, OutgoingMessage } from '../../kafka/producer.ts';
import type { EncodedTopic } from '../encode/output.ts';
import type { EncodedPart, Slice } from '../engine/engine.ts';
import type { Sink, SinkPosition } from './sink.ts';

/** Bytes of values per send: the broker refuses batches over 1 MiB (`message.max.bytes`), and keys come on top. */
const sendBytes = 640 * 1024;

function* sendsOf({ count, bytes, ends, keys }: EncodedTopic): Generator<readonly OutgoingMessage[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let messages: OutgoingMessage[] = [];
  let start = 0;
  let firstByte = 0;
  for (let i = 0; i < count; i++) {
    const end = ends[i] as number;
    if (messages.length > 0 && end - firstByte > sendBytes) {
      yield messages;
      messages = [];
      firstByte = start;
    }
    messages.push({ key: String(keys[i]), value: buffer.subarray(start, end) });
    start = end;
  }
  if (messages.length > 0) yield messages;
}

/**
 * Sends Avro messages to Kafka, keyed so that a listener's events keep their order. A slice is safe when the broker
 * has acknowledged all of it; while the broker is away the write waits.
 */
export class KafkaSink implements Sink {
  readonly format = 'avro';
  readonly #producer: EventProducer;

  constructor(producer: EventProducer) {
    this.#producer = producer;
  }

  async write({ encoded }: Slice): Promise<void> {
    await Promise.all((encoded.avro ?? []).map((part) => this.#writePart(part)));
  }

  /** The broker keeps what was acknowledged. */
  position(): SinkPosition {
    return {};
  }

  close(): Promise<void> {
    return this.#producer.disconnect();
  }

  /** Topics side by side, the sends of a topic one after the other: kafkajs overtakes between sends under way. */
  async #writePart(part: EncodedPart): Promise<void> {
    await Promise.all(
      part.map(async (topic) => {
        for (const messages of sendsOf(topic)) await this.#producer.send(topic.topic, messages);
      }),
    );
  }
}
