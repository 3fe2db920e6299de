import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { AvroRecordSchema } from '../contract/avro.ts';
import { encodeLong, writeLong } from '../contract/varint.ts';
import { deflateBlock } from './deflate.ts';
import { snappyCompress } from './snappy.ts';

/** How the blocks of a file are compressed; all are read by DuckDB and BigQuery. */
export type Codec = 'null' | 'deflate' | 'snappy';

/** Uncompressed bytes at which a block is full; a longer record has a block of its own. */
const blockBytes = 1 << 16;
const initialBlockBytes = 1 << 11;
const nothing = Buffer.alloc(0);
/** Full-size blocks that are free again: making new ones costs more in garbage than all else that a file does. */
const freeBlocks: Buffer[] = [];
const mostFreeBlocks = 128;

function giveBack(block: Buffer): void {
  if (block.length === blockBytes && freeBlocks.length < mostFreeBlocks) freeBlocks.push(block);
}

/** Room for the coordinates of one record: an int and two longs as varints. */
const coordinateBytes = 5 + 10 + 10;

/** A block's bytes as its codec stores them. */
async function compress(codec: Codec, raw: Buffer): Promise<Buffer> {
  switch (codec) {
    case 'deflate':
      return deflateBlock(raw);
    case 'snappy': {
      // Avro adds the checksum of what was compressed, most significant byte first.
      const checksum = Buffer.alloc(4);
      checksum.writeUInt32BE(crc32(raw));
      return Buffer.concat([snappyCompress(raw), checksum]);
    }
    default:
      return raw;
  }
}

function fileHeader(schema: AvroRecordSchema, codec: Codec, sync: Buffer): Buffer {
  const bytes = (text: string) => [encodeLong(Buffer.byteLength(text)), Buffer.from(text)];
  return Buffer.concat([
    Buffer.from('Obj\x01', 'latin1'),
    encodeLong(2),
    ...bytes('avro.schema'),
    ...bytes(JSON.stringify(schema)),
    ...bytes('avro.codec'),
    ...bytes(codec),
    encodeLong(0),
    sync,
  ]);
}

/** An encoded record: `datum[start..end]`. */
interface EncodedDatum {
  readonly datum: Buffer;
  readonly start: number;
  readonly end: number;
}

/** A finished file: its bytes in order, and what a commit record says of them. */
export interface AvroFile {
  readonly content: readonly Buffer[];
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Builds an Avro object container file in memory from records that are already encoded: each is copied and gets its
 * Kafka coordinates appended. Compression runs off the main thread. All integers written are non-negative and below
 * 2^52, as offsets and times are.
 */
export class AvroFileBuilder {
  readonly #codec: Codec;
  readonly #sync = randomBytes(16);
  readonly #parts: Promise<readonly Buffer[]>[] = [];
  #block: Buffer = Buffer.allocUnsafeSlow(initialBlockBytes);
  #used = 0;
  #blockRecords = 0;
  #records = 0;
  #putAsideBytes = 0;

  constructor(schema: AvroRecordSchema, codec: Codec) {
    this.#codec = codec;
    this.#parts.push(Promise.resolve([fileHeader(schema, codec, this.#sync)]));
  }

  /** Memory the file holds: blocks put aside and the one being filled. */
  get heldBytes(): number {
    return this.#putAsideBytes + this.#block.length;
  }

  /** Appends a datum of the message's schema and its coordinates. */
  append(datum: EncodedDatum, partition: number, offset: number, timestamp: number): void {
    const { start, end } = datum;
    const length = end - start;
    if (this.#block.length - this.#used < length + coordinateBytes) this.#makeRoom(length + coordinateBytes);
    const block = this.#block;
    datum.datum.copy(block, this.#used, start, end);
    let at = this.#used + length;
    at = writeLong(block, at, partition);
    at = writeLong(block, at, offset);
    at = writeLong(block, at, timestamp);
    this.#used = at;
    this.#blockRecords++;
    this.#records++;
  }

  /** Lets the block grow up to its full size, else begins another one. */
  #makeRoom(needed: number): void {
    if (this.#used + needed > blockBytes) this.#closeBlock();
    if (this.#block.length - this.#used >= needed) return;
    const full = this.#used + needed > blockBytes >> 2 && this.#used + needed <= blockBytes;
    const grown =
      (full ? freeBlocks.pop() : undefined) ??
      Buffer.allocUnsafeSlow(full ? blockBytes : Math.max(this.#block.length * 2, this.#used + needed));
    this.#block.copy(grown, 0, 0, this.#used);
    this.#block = grown;
  }

  #closeBlock(): void {
    if (this.#blockRecords === 0) return;
    const block = this.#block;
    const raw = block.subarray(0, this.#used);
    const records = this.#blockRecords;
    this.#putAsideBytes += block.length;
    const part = (async () => {
      const data = await compress(this.#codec, raw);
      if (data !== raw) {
        giveBack(block);
        this.#putAsideBytes += data.length - block.length;
      }
      return [encodeLong(records), encodeLong(data.length), data, this.#sync];
    })();
    part.catch(() => undefined);
    this.#parts.push(part);
    this.#block = freeBlocks.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
    this.#used = 0;
    this.#blockRecords = 0;
  }

  /** Closes the file; nothing can be appended after. */
  async finish(): Promise<AvroFile> {
    this.#closeBlock();
    giveBack(this.#block);
    this.#block = nothing;
    const content = (await Promise.all(this.#parts)).flat();
    const hash = createHash('sha256');
    let bytes = 0;
    for (const part of content) {
      hash.update(part);
      bytes += part.length;
    }
    return { content, records: this.#records, bytes, sha256: hash.digest('hex') };
  }
}
