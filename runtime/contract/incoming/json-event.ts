import { isUtf8 } from 'node:buffer';
import { messageSchema } from '../avro.ts';
import type { Field, FieldType } from '../fields.ts';
import { messageCodec, messageHeader } from '../message.ts';
import { type EventOf, type Topic, type TopicName, topics } from '../topics.ts';
import { writeLong } from '../varint.ts';
import { FlatJsonScanner, valueKinds } from './flat-json.ts';

/** What a JSON message became: a datum of the topic's current schema, or what is wrong with it. */
export type JsonVerdict =
  | {
      readonly valid: true;
      /** The datum is the first `end` bytes, until the next message is encoded. */
      readonly datum: Buffer;
      readonly end: number;
      readonly eventTime: number;
    }
  | { readonly valid: false; readonly error: 'no_json' | 'malformed'; readonly detail: string };

const text = 1;
const integer = 2;
const double = 3;
const boolean = 4;

interface Column {
  readonly name: string;
  readonly kind: number;
  readonly nullable: boolean;
  readonly type: FieldType;
  /** Bounds of an integer. */
  readonly min: number;
  readonly max: number;
}

const kinds: Readonly<Record<FieldType, number>> = {
  string: text,
  long: integer,
  int: integer,
  timestamp: integer,
  double,
  boolean,
};

const backslash = 0x5c;

const twoLatinLetters = /[\u00c2-\u00f4][\u0080-\u00bf]/;
const beyondLatin = /[\u0100-\uffff]/;

/**
 * Undoes a double encoding: UTF-8 that was read as ISO-8859-1 (Eventsim reads its song lists so) and encoded once more.
 * Text that is no such thing stays as it is.
 */
export function repairedText(value: string): string {
  if (!twoLatinLetters.test(value) || beyondLatin.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}

function columnOf(name: string, { type, nullable }: Field): Column {
  // Beyond these a double holds no odd zigzag value.
  const [min, max] = type === 'int' ? [-(2 ** 31), 2 ** 31 - 1] : [-(2 ** 52), Number.MAX_SAFE_INTEGER - 1];
  return { name, kind: kinds[type], nullable, type, min, max };
}

/** A value in a few characters; of an array or an object only that it is one: JSON.stringify throws on deep nesting. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value)).slice(0, 60);
  return Array.isArray(value) ? 'an array' : 'an object';
}

/** Text shorter than this is copied byte by byte: a call would cost more. */
const callWorthBytes = 48;
/** Room for any field that is not text, and for the length of one that is. */
const fieldRoom = 11;

/**
 * Reads JSON objects as a real Eventsim writes them (absent keys are null, unknown ones are passed over, text may be
 * double-encoded, a newline may end them) and encodes them as datums of the topic's current schema. Ordinary objects
 * are transcribed from bytes to bytes; whatever is unusual about a message, or wrong, is left to `JSON.parse`.
 */
export class JsonEventEncoder {
  readonly #columns: readonly Column[];
  readonly #scanner: FlatJsonScanner;
  readonly #eventTimePlace: number;
  #buffer = Buffer.allocUnsafe(4096);
  #at = 0;

  constructor(topic: Topic) {
    this.#columns = Object.entries(topic.fields).map(([name, field]) => columnOf(name, field));
    this.#scanner = new FlatJsonScanner(this.#columns.map(({ name }) => name));
    this.#eventTimePlace = this.#columns.findIndex(({ name }) => name === 'ts');
  }

  /** Encodes a message.*/
  encode(message: Buffer): JsonVerdict {
    // A character of JSON becomes at most three bytes of UTF-8, and only escapes make fewer characters of more bytes.
    const room = message.length * 3 + this.#columns.length * fieldRoom;
    if (this.#buffer.length < room) this.#buffer = Buffer.allocUnsafe(room * 2);
    if (!this.#scanner.scan(message) || !this.#transcribe(message)) return this.encodeParsed(message);
    const eventTime = this.#scanner.numbers[this.#eventTimePlace] as number;
    return { valid: true, datum: this.#buffer, end: this.#at, eventTime };
  }

  /** The same by way of `JSON.parse`: what any message becomes, and why it cannot. */
  encodeParsed(message: Buffer): JsonVerdict {
    let event: Record<string, unknown>;
    try {
      event = JSON.parse(message.toString('utf8'));
    } catch {
      event = null as never;
    }
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      const start = JSON.stringify(message.subarray(0, 40).toString('latin1'));
      return { valid: false, error: 'no_json', detail: `expected a JSON object, got ${start}` };
    }
    const room = message.length * 3 + this.#columns.length * fieldRoom;
    if (this.#buffer.length < room) this.#buffer = Buffer.allocUnsafe(room * 2);
    this.#at = 0;
    let faults: string[] | undefined;
    for (const column of this.#columns) {
      const value = event[column.name];
      if (this.#write(column, value)) continue;
      faults ??= [];
      const expected = column.nullable ? `${column.type} or null` : column.type;
      faults.push(`${column.name}: expected ${expected}, got ${shown(value)}`);
    }
    if (faults) return { valid: false, error: 'malformed', detail: faults.join('; ') };
    return { valid: true, datum: this.#buffer, end: this.#at, eventTime: event.ts as number };
  }

  /** Encodes what the scanner found; false where a value is none of its column. */
  #transcribe(message: Buffer): boolean {
    const { kinds, numbers } = this.#scanner;
    this.#at = 0;
    for (let place = 0; place < this.#columns.length; place++) {
      const { kind, nullable, min, max } = this.#columns[place] as Column;
      const found = kinds[place] as number;
      if (found <= valueKinds.null) {
        if (!nullable) return false;
        this.#buffer[this.#at++] = 0;
        continue;
      }
      if (nullable) this.#buffer[this.#at++] = 2;
      switch (kind) {
        case text:
          if (found < valueKinds.plain) return false;
          this.#transcribeText(message, place, found);
          break;
        case integer: {
          const value = numbers[place] as number;
          if (found !== valueKinds.number || !Number.isInteger(value) || value < min || value > max)
            return false;
          this.#long(value);
          break;
        }
        case double:
          if (found !== valueKinds.number) return false;
          this.#at = this.#buffer.writeDoubleLE(numbers[place] as number, this.#at);
          break;
        default:
          if (found !== valueKinds.true && found !== valueKinds.false) return false;
          this.#buffer[this.#at++] = found === valueKinds.true ? 1 : 0;
      }
    }
    return true;
  }

  #transcribeText(message: Buffer, place: number, found: number): void {
    const { starts, ends, numbers } = this.#scanner;
    const start = starts[place] as number;
    const end = ends[place] as number;
    if (found === valueKinds.other) {
      this.#text(JSON.parse(message.toString('utf8', start - 1, end + 1)));
      return;
    }
    const escaped = found === valueKinds.escaped;
    this.#long(end - start - (escaped ? (numbers[place] as number) : 0));
    const buffer = this.#buffer;
    let to = this.#at;
    if (escaped) {
      for (let from = start; from < end; from++) {
        if (message[from] === backslash) from++;
        buffer[to++] = message[from] as number;
      }
    } else if (end - start < callWorthBytes) {
      for (let from = start; from < end; from++) buffer[to++] = message[from] as number;
    } else to += message.copy(buffer, to, start, end);
    this.#at = to;
  }

  /** Whether a value is one of its column; then it was written. */
  #write({ kind, nullable, min, max }: Column, value: unknown): boolean {
    if (value === null || value === undefined) {
      if (nullable) this.#buffer[this.#at++] = 0;
      return nullable;
    }
    if (nullable) this.#buffer[this.#at++] = 2;
    switch (kind) {
      case text:
        if (typeof value !== 'string') return false;
        this.#text(value);
        return true;
      case integer:
        if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) return false;
        this.#long(value as number);
        return true;
      case double:
        if (typeof value !== 'number') return false;
        this.#at = this.#buffer.writeDoubleLE(value, this.#at);
        return true;
      default:
        if (typeof value !== 'boolean') return false;
        this.#buffer[this.#at++] = value ? 1 : 0;
        return true;
    }
  }

  #text(value: string): void {
    const whole = repairedText(value);
    const length = Buffer.byteLength(whole);
    this.#long(length);
    this.#at += this.#buffer.write(whole, this.#at, length, 'utf8');
  }

  #long(value: number): void {
    this.#at = writeLong(this.#buffer, this.#at, value);
  }
}

/** Reads JSON messages as events, for whoever looks at a few. The returned function throws on what is no event. */
export function jsonMessageDecoder<T extends TopicName>(topic: T): (message: Buffer) => EventOf<T> {
  const encoder = new JsonEventEncoder(topics[topic]);
  const header = messageHeader(messageSchema(topics[topic]));
  const codec = messageCodec(topic);
  return (message) => {
    const verdict = encoder.encode(message);
    if (!verdict.valid) throw new Error(`${verdict.error}: ${verdict.detail}`);
    return codec.decode(Buffer.concat([header, verdict.datum.subarray(0, verdict.end)]));
  };
}
