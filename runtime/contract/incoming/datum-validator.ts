import { isUtf8 } from 'node:buffer';
import type { AvroFieldType, AvroRecordSchema } from '../avro.ts';

/** Why a datum is none of its schema. */
export type DatumFault = 'truncated' | 'malformed' | 'trailing_bytes';

/** The verdict over one datum: its event time (milliseconds since the epoch), or what is wrong with it. */
type DatumVerdict =
  | { readonly valid: true; readonly eventTime: number }
  | { readonly valid: false; readonly fault: DatumFault };

const long = 1;
const int = 2;
const double = 3;
const boolean = 4;
const string = 5;
const nullable = 8;

function opcode(type: AvroFieldType): number {
  if (Array.isArray(type)) return opcode(type[1] as AvroFieldType) | nullable;
  if (typeof type === 'object') return long;
  switch (type) {
    case 'string':
      return string;
    case 'long':
      return long;
    case 'int':
      return int;
    case 'double':
      return double;
    default:
      return boolean;
  }
}

/** Longs further from zero are taken for damage: avsc reads none of them. The generator's session ids come near. */
const longLimit = Number.MAX_SAFE_INTEGER - 1;

const wordBytes = 4;
/** Set in a word of which a byte is no ASCII. */
const nonAscii = 0x80808080 | 0;

const truncated: DatumVerdict = { valid: false, fault: 'truncated' };
const malformed: DatumVerdict = { valid: false, fault: 'malformed' };
const trailing: DatumVerdict = { valid: false, fault: 'trailing_bytes' };

/**
 * Checks encoded datums of a flat record without decoding them: every length, branch, boolean and number, that text
 * is UTF-8, and that the datum ends where the message does. What passes can be copied into a file of the schema.
 */
export class DatumValidator {
  readonly #operations: Uint8Array;
  readonly #eventTimeField: number;
  #at = 0;
  #long = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** @throws RangeError where the schema has no field `ts`. */
  constructor(schema: AvroRecordSchema) {
    this.#operations = Uint8Array.from(schema.fields, ({ type }) => opcode(type));
    this.#eventTimeField = schema.fields.findIndex(({ name }) => name === 'ts');
    if (this.#eventTimeField < 0) throw new RangeError(`schema ${schema.name} has no field ts`);
  }

  /** Judges the datum in `message[start..]`. */
  judge(message: Buffer, start: number): DatumVerdict {
    const end = message.length;
    let eventTime = 0;
    this.#at = start;
    for (let field = 0; field < this.#operations.length; field++) {
      let operation = this.#operations[field] as number;
      if (operation & nullable) {
        if (this.#at >= end) return truncated;
        const branch = message[this.#at++];
        if (branch === 0) continue;
        if (branch !== 2) return malformed;
        operation ^= nullable;
      }
      switch (operation) {
        case string: {
          const fault = this.#varint(message, end, 10);
          if (fault) return fault;
          const length = this.#long;
          if (length < 0) return malformed;
          if (length > end - this.#at) return truncated;
          if (!this.#isText(message, length)) return malformed;
          this.#at += length;
          break;
        }
        case long:
        case int: {
          const fault = this.#varint(message, end, operation === int ? 5 : 10);
          if (fault) return fault;
          if (operation === int && (this.#long > 0x7fffffff || this.#long < -0x80000000)) return malformed;
          if (Math.abs(this.#long) > longLimit) return malformed;
          if (field === this.#eventTimeField) eventTime = this.#long;
          break;
        }
        case double:
          this.#at += 8;
          if (this.#at > end) return truncated;
          break;
        default:
          if (this.#at >= end) return truncated;
          if ((message[this.#at++] as number) > 1) return malformed;
      }
    }
    return this.#at === end ? { valid: true, eventTime } : trailing;
  }

  /** Reads a zigzag varint into `#long`; beyond 2^52 a negative one may lose its sign and last digit, which no caller minds. */
  #varint(message: Buffer, end: number, maxBytes: number): DatumVerdict | undefined {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < maxBytes; index++) {
      if (this.#at >= end) return truncated;
      const byte = message[this.#at++] as number;
      if (index === 9 && byte > 1) return malformed;
      value += (byte & 127) * scale;
      if (byte < 128) {
        this.#long = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
        return undefined;
      }
      scale *= 128;
    }
    return malformed;
  }

  /** Whether bytes are UTF-8: four at a time while they are ASCII, which nearly all text is. */
  #isText(message: Buffer, length: number): boolean {
    const end = this.#at + length;
    let at = this.#at;
    if (length >= wordBytes) {
      const view = this.#viewOf(message.buffer);
      const base = message.byteOffset;
      const lastWord = end - wordBytes;
      while (at <= lastWord) {
        if (view.getInt32(base + at) & nonAscii) return isUtf8(message.subarray(this.#at, end));
        at += wordBytes;
      }
    }
    for (; at < end; at++) {
      if ((message[at] as number) >= 128) return isUtf8(message.subarray(this.#at, end));
    }
    return true;
  }

  /** Messages of one fetch share a buffer, so one view serves many. */
  #viewOf(buffer: ArrayBufferLike): DataView {
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }
}
