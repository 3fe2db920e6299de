import avsc from 'avsc';
import { type AvroRecordSchema, fingerprint, messageSchema } from './avro.ts';
import { type EventOf, type TopicName, topics } from './topics.ts';

/** Length of the single-object header: the marker C3 01 and the eight bytes of the fingerprint. */
export const messageHeaderLength = 10;

/** The single-object header of messages written with `schema`: marker and fingerprint, least significant byte first. */
export function messageHeader(schema: AvroRecordSchema): Buffer {
  return Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from(fingerprint(schema), 'hex').reverse()]);
}

/**
 * The fingerprint (16 hexadecimal digits) a message's header names, or undefined where there is no single-object
 * header of Avro at its start.
 */
export function messageFingerprint(message: Buffer): string | undefined {
  if (message.length < messageHeaderLength || message[0] !== 0xc3 || message[1] !== 0x01) return undefined;
  return message.readBigUInt64LE(2).toString(16).padStart(16, '0');
}

/** Writes events of one topic as Avro single objects, and reads them back. */
interface MessageCodec<T extends TopicName> {
  encode(event: EventOf<T>): Buffer;
  decode(message: Buffer): EventOf<T>;
}

/** The codec of a topic's current schema. `decode` throws on a message of another schema. */
export function messageCodec<T extends TopicName>(topic: T): MessageCodec<T> {
  const schema = messageSchema(topics[topic]);
  const header = messageHeader(schema);
  // avsc's types know neither readonly arrays nor logical types on plain longs; the schema is ours and valid.
  const type = avsc.Type.forSchema(schema as unknown as avsc.Schema);
  return {
    encode: (event) => Buffer.concat([header, type.toBuffer(event)]),
    decode(message) {
      if (!message.subarray(0, messageHeaderLength).equals(header)) {
        throw new Error(
          `a ${topic} message must start with ${header.toString('hex')}, got ${message.subarray(0, messageHeaderLength).toString('hex')}`,
        );
      }
      return type.fromBuffer(message.subarray(messageHeaderLength)) as EventOf<T>;
    },
  };
}
