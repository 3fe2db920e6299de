import { messageSchema } from '../../contract/avro.ts';
import type { FieldType } from '../../contract/fields.ts';
import { messageHeader } from '../../contract/message.ts';
import { topics } from '../../contract/topics.ts';
import type { FragmentWriter } from './arena.ts';
import type { Notation } from './notation.ts';

const present = 2;
const absent = 0;

function whole(writer: FragmentWriter, value: unknown): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`expected a whole number, got ${value}`);
  writer.long(value as number);
}

const datum: Readonly<Record<FieldType, (writer: FragmentWriter, value: unknown) => void>> = {
  string: (writer, value) => writer.string(value as string),
  double: (writer, value) => writer.double(value as number),
  boolean: (writer, value) => writer.byte(value ? 1 : 0),
  long: whole,
  int: whole,
  timestamp: whole,
};

/** Avro single objects. Order, types and unions with null are the contract's: a message equals `messageCodec`'s. */
export const avroNotation: Notation = {
  order: (topic) => Object.keys(topics[topic].fields),
  open: (writer, topic) => writer.bytes(messageHeader(messageSchema(topics[topic]))),
  value(writer, { field }, value) {
    if (field.nullable) writer.byte(value === null ? absent : present);
    if (value !== null) datum[field.type](writer, value);
  },
  beforeNumber(writer, { field }) {
    if (field.nullable) writer.byte(present);
  },
  number: 'long',
  close() {},
};
