import type { Field, Fields } from './fields.ts';
import { avroNamespace, lakeRecordFields, type Topic } from './topics.ts';

type AvroScalar =
  | 'string'
  | 'long'
  | 'int'
  | 'double'
  | 'boolean'
  | { readonly type: 'long'; readonly logicalType: 'timestamp-millis' };

/** The type of one Avro field: a scalar, or a union with null whose default is null. */
export type AvroFieldType = AvroScalar | readonly ['null', AvroScalar];

/** A flat Avro record schema, the only shape the contract makes. */
export interface AvroRecordSchema {
  readonly type: 'record';
  readonly name: string;
  readonly namespace: string;
  readonly doc: string;
  readonly fields: readonly {
    readonly name: string;
    readonly type: AvroFieldType;
    readonly default?: null;
    readonly doc: string;
  }[];
}

function avroScalar(field: Field): AvroScalar {
  return field.type === 'timestamp' ? { type: 'long', logicalType: 'timestamp-millis' } : field.type;
}

function avroRecord(topic: Topic, fields: Fields): AvroRecordSchema {
  return {
    type: 'record',
    name: topic.record,
    namespace: avroNamespace,
    doc: topic.doc,
    fields: Object.entries(fields).map(([name, field]) =>
      field.nullable
        ? { name, type: ['null', avroScalar(field)], default: null, doc: field.doc }
        : { name, type: avroScalar(field), doc: field.doc },
    ),
  };
}

/** The schema of a topic's messages. */
export function messageSchema(topic: Topic): AvroRecordSchema {
  return avroRecord(topic, topic.fields);
}

/** The schema of a topic's current lake files: the message and its Kafka coordinates. */
export function lakeSchema(topic: Topic): AvroRecordSchema {
  return avroRecord(topic, lakeRecordFields(topic));
}

/** The Kafka coordinates at the end of a topic's lake files, which are those of every topic. */
export function coordinatesOf(topic: Topic): AvroRecordSchema['fields'] {
  return lakeSchema(topic).fields.slice(Object.keys(topic.fields).length);
}

/** The schema of lake files whose messages were written with `writer`: the coordinates are added at its end. */
export function lakeSchemaOfWriter(topic: Topic, writer: AvroRecordSchema): AvroRecordSchema {
  return { ...writer, fields: [...writer.fields, ...coordinatesOf(topic)] };
}

function canonicalType(type: AvroFieldType): unknown {
  if (typeof type === 'string') return type;
  return 'logicalType' in type ? type.type : type.map((branch) => canonicalType(branch as AvroScalar));
}

/** Avro's Parsing Canonical Form of a flat record: what two equal schemas have in common, byte for byte. */
export function parsingCanonicalForm(schema: AvroRecordSchema): string {
  return JSON.stringify({
    name: `${schema.namespace}.${schema.name}`,
    type: 'record',
    fields: schema.fields.map(({ name, type }) => ({ name, type: canonicalType(type) })),
  });
}

// CRC-64-AVRO as the Avro 1.12 specification defines it ("Schema Fingerprints").
const emptyFingerprint = 0xc15d213aa4d7a795n;
const fingerprintTable = Array.from({ length: 256 }, (_, index) => {
  let value = BigInt(index);
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (emptyFingerprint & -(value & 1n));
  return BigInt.asUintN(64, value);
});

/** CRC-64-AVRO of a text, as 16 lower-case hexadecimal digits, most significant first. */
export function crc64Avro(text: string): string {
  let crc = emptyFingerprint;
  for (const byte of Buffer.from(text, 'utf8')) {
    crc = (crc >> 8n) ^ (fingerprintTable[Number((crc ^ BigInt(byte)) & 0xffn)] as bigint);
  }
  return crc.toString(16).padStart(16, '0');
}

/** The fingerprint by which a message names its writer's schema. */
export function fingerprint(schema: AvroRecordSchema): string {
  return crc64Avro(parsingCanonicalForm(schema));
}
