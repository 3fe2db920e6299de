import { isUtf8 } from 'node:buffer';
import type { Field, FieldType } from './fields.ts';
import type { Topic } from './topics.ts';

/** What a JSON message became: a datum of the topic's current schema, or what is wrong with it. */
export type JsonVerdict =
  | { readonly valid: true; readonly datum: Buffer; readonly eventTime: number }
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
  const [min, max] = type === 'int' ? [-(2 ** 31), 2 ** 31 - 1] : [-(2 ** 52), Number.MAX_SAFE_INTEGER - 2];
  return { name, kind: kinds[type], nullable, type, min, max };
}

/** Room for any field that is not text, and for the length of one that is. */
const fieldRoom = 11;

/**
 * Reads JSON objects as a real Eventsim writes them (absent keys are null, unknown ones are passed over, text may be
 * double-encoded, a newline may end them) and encodes them as datums of the topic's current schema.
 */
export class JsonEventEncoder {
  readonly #columns: readonly Column[];
  #buffer = Buffer.allocUnsafe(4096);
  #at = 0;

  constructor(topic: Topic) {
    this.#columns = Object.entries(topic.fields).map(([name, field]) => columnOf(name, field));
  }

  /** Encodes a message. The datum is valid until the next call. */
  encode(message: Buffer): JsonVerdict {
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
    // A character of JSON becomes at most three bytes of UTF-8, and only escapes make fewer characters of more bytes.
    const room = message.length * 3 + this.#columns.length * fieldRoom;
    if (this.#buffer.length < room) this.#buffer = Buffer.allocUnsafe(room * 2);
    this.#at = 0;
    let faults: string[] | undefined;
    for (const column of this.#columns) {
      const value = event[column.name];
      if (this.#write(column, value)) continue;
      faults ??= [];
      const expected = column.nullable ? `${column.type} or null` : column.type;
      faults.push(`${column.name}: expected ${expected}, got ${JSON.stringify(value)?.slice(0, 60)}`);
    }
    if (faults) return { valid: false, error: 'malformed', detail: faults.join('; ') };
    return { valid: true, datum: this.#buffer.subarray(0, this.#at), eventTime: event.ts as number };
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

  /** Zigzag varint. */
  #long(value: number): void {
    let rest = value < 0 ? -value * 2 - 1 : value * 2;
    while (rest >= 128) {
      this.#buffer[this.#at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#at++] = rest;
  }
}
