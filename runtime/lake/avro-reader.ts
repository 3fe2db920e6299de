import { crc32, inflateRawSync } from 'node:zlib';
import avsc from 'avsc';
import type { RecordOf } from '../contract/fields.ts';
import type { lakeFields } from '../contract/topics.ts';
import { SetupError } from '../program/errors.ts';
import { snappyUncompress } from './snappy.ts';

/** A row of a lake file: the event's fields and its Kafka coordinates. */
interface LakeRow extends RecordOf<typeof lakeFields> {
  readonly ts: number;
  readonly [field: string]: unknown;
}

const headerType = avsc.Type.forSchema({
  type: 'record',
  name: 'Header',
  fields: [
    { name: 'magic', type: { type: 'fixed', name: 'Magic', size: 4 } },
    { name: 'meta', type: { type: 'map', values: 'bytes' } },
    { name: 'sync', type: { type: 'fixed', name: 'Sync', size: 16 } },
  ],
});
const longType = avsc.Type.forSchema('long');
const rowTypes = new Map<string, avsc.Type>();

function rowType(schema: string): avsc.Type {
  const known = rowTypes.get(schema);
  if (known) return known;
  const made = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema);
  rowTypes.set(schema, made);
  return made;
}

function inflate(codec: string, data: Buffer): Buffer {
  switch (codec) {
    case 'null':
      return data;
    case 'deflate':
      return inflateRawSync(data);
    case 'snappy': {
      const raw = snappyUncompress(data.subarray(0, -4));
      if (crc32(raw) !== data.readUInt32BE(data.length - 4)) throw new Error('a block has another checksum');
      return raw;
    }
    default:
      throw new Error(`codec ${codec} is not one the lake is written with`);
  }
}

interface Header {
  readonly offset: number;
  readonly value: { readonly magic: Buffer; readonly meta: Record<string, Buffer>; readonly sync: Buffer };
}

function readHeader(content: Buffer): Header {
  const header = headerType.decode(content) as Header;
  if (header.value?.magic.toString('latin1') !== 'Obj\x01') {
    throw new Error('it does not begin as an Avro file');
  }
  return header;
}

/**
 * The schema that a lake file is written with, as JSON.
 * @throws SetupError `lake_corrupt` naming the path where the file is none.
 */
export function schemaOfAvroFile(path: string, content: Buffer): string {
  try {
    return String(readHeader(content).value.meta['avro.schema']);
  } catch (cause) {
    throw new SetupError('lake_corrupt', `${path} is no Avro file: ${(cause as Error).message}`, { cause });
  }
}

function* decodeFile(content: Buffer): Generator<LakeRow> {
  const header = readHeader(content);
  const { meta, sync } = header.value;
  const type = rowType(String(meta['avro.schema']));
  const codec = String(meta['avro.codec'] ?? 'null');
  let at = header.offset;
  const long = () => {
    const { value, offset } = longType.decode(content, at) as { value: number; offset: number };
    if (offset < 0) throw new Error('it is cut');
    at = offset;
    return value;
  };
  while (at < content.length) {
    const records = long();
    const length = long();
    const block = inflate(codec, content.subarray(at, at + length));
    at += length;
    if (!content.subarray(at, at + 16).equals(sync)) throw new Error(`a block ends wrongly at byte ${at}`);
    at += 16;
    let position = 0;
    for (let index = 0; index < records; index++) {
      const { value, offset } = type.decode(block, position) as { value: LakeRow; offset: number };
      if (offset < 0) throw new Error('a block is cut');
      position = offset;
      yield value;
    }
    if (position !== block.length) throw new Error('a block has bytes after its last row');
  }
}

/**
 * Decodes a lake file row by row, with Avro's own decoder: for audits and tests, not for speed.
 * @throws SetupError `lake_corrupt` naming the path where the file is none.
 */
export function* readAvroFile(path: string, content: Buffer): Generator<LakeRow> {
  try {
    yield* decodeFile(content);
  } catch (cause) {
    throw new SetupError('lake_corrupt', `${path} is no whole Avro file: ${(cause as Error).message}`, {
      cause,
    });
  }
}
