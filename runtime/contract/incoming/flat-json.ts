/** What a scanned object has under a key. */
export const valueKinds = {
  absent: 0,
  null: 1,
  true: 2,
  false: 3,
  number: 4,
  /** Text of ASCII characters without escapes: its bytes are its UTF-8. */
  plain: 5,
  /** Like plain once the backslashes before `"`, `\` and `/` are gone. */
  escaped: 6,
  /** Any other text; `JSON.parse` of what is between and with its quotes reads it. */
  other: 7,
} as const;

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Digits of which a double holds every number exactly. */
const exactDigits = 15;
const powersOfTen = Float64Array.from({ length: exactDigits + 1 }, (_, power) => 10 ** power);

const isSpace = (byte: number | undefined) =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined) => byte !== undefined && byte >= zero && byte <= nine;
const isHex = (byte: number | undefined) =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

/** The place of an unknown key. */
const unknown = -1;

/**
 * Finds the values of known keys in an encoded JSON object without making anything of them: no text, no object. It
 * takes only what it is certain of (a flat object, well-formed) and leaves everything else, be it valid or not, to
 * `JSON.parse`. Keys that come in the order of the object before cost a comparison each.
 */
export class FlatJsonScanner {
  /** Of each known key, one of {@link valueKinds}. */
  readonly kinds: Uint8Array;
  /** Of each text, where the first byte after its quote is. */
  readonly starts: Int32Array;
  /** Of each text, where its closing quote is. */
  readonly ends: Int32Array;
  /** Of each number, its value; of each escaped text, its backslashes that are to go. */
  readonly numbers: Float64Array;
  /** Each with its closing quote. */
  readonly #names: readonly Buffer[];
  readonly #places: ReadonlyMap<string, number>;
  /** By place plus one: the known key that followed it last. */
  readonly #following: Int32Array;
  #message: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Of the text that was scanned last. */
  #kind = 0;
  #backslashes = 0;
  /** The number that was scanned last. */
  #number = 0;

  /** @param names the known keys; their places are those of the results. */
  constructor(names: readonly string[]) {
    this.#names = names.map((name) => Buffer.from(`${name}"`));
    this.#places = new Map(names.map((name, place) => [name, place]));
    this.#following = Int32Array.from({ length: names.length + 1 }, (_, place) => place % names.length);
    this.kinds = new Uint8Array(names.length);
    this.starts = new Int32Array(names.length);
    this.ends = new Int32Array(names.length);
    this.numbers = new Float64Array(names.length);
  }

  /** Whether the message is an object of the plain sort; the results are then its own, until the next scan. */
  scan(message: Buffer): boolean {
    this.#message = message;
    this.#at = 0;
    this.kinds.fill(valueKinds.absent);
    if (!this.#take(openBrace)) return false;
    let place = unknown;
    for (;;) {
      const known = this.#key(place);
      if (known === undefined || !this.#take(colon) || !this.#value(known)) return false;
      if (known !== unknown) place = known;
      if (this.#take(comma)) continue;
      if (!this.#take(closeBrace)) return false;
      return this.#at === message.length;
    }
  }

  /** Passes over a byte of syntax and the space around it. */
  #take(byte: number): boolean {
    const message = this.#message;
    if (message[this.#at] !== byte) this.#skipSpace();
    if (message[this.#at] !== byte) return false;
    if ((message[++this.#at] as number) <= 0x20) this.#skipSpace();
    return true;
  }

  #skipSpace(): void {
    while (isSpace(this.#message[this.#at])) this.#at++;
  }

  /** The place of the next key; undefined where there is none of the plain sort. */
  #key(before: number): number | undefined {
    const message = this.#message;
    if (message[this.#at] !== quote) return undefined;
    const start = this.#at + 1;
    const guess = this.#following[before + 1] as number;
    const name = this.#names[guess] as Buffer;
    const { length } = name;
    let matching = 0;
    while (matching < length && message[start + matching] === name[matching]) matching++;
    if (matching === length) {
      this.#at = start + length;
      return guess;
    }
    if (!this.#text() || this.#kind !== valueKinds.plain) return undefined;
    const place = this.#places.get(message.toString('latin1', start, this.#at - 1)) ?? unknown;
    if (place !== unknown) this.#following[before + 1] = place;
    return place;
  }

  #value(place: number): boolean {
    const start = this.#at + 1;
    const kind = this.#scalar();
    if (kind === valueKinds.absent) return false;
    if (place === unknown) return true;
    this.kinds[place] = kind;
    if (kind >= valueKinds.plain) {
      this.starts[place] = start;
      this.ends[place] = this.#at - 1;
      this.numbers[place] = this.#backslashes;
    } else if (kind === valueKinds.number) this.numbers[place] = this.#number;
    return true;
  }

  /** Passes over a value and says its kind: absent where it is none of the plain sort. */
  #scalar(): number {
    switch (this.#message[this.#at]) {
      case quote:
        return this.#text() ? this.#kind : valueKinds.absent;
      case 0x6e:
        return this.#word(0x756c6c) ? valueKinds.null : valueKinds.absent;
      case 0x74:
        return this.#word(0x727565) ? valueKinds.true : valueKinds.absent;
      case 0x66:
        return this.#message[++this.#at] === 0x61 && this.#word(0x6c7365)
          ? valueKinds.false
          : valueKinds.absent;
      default:
        return this.#digits() ? valueKinds.number : valueKinds.absent;
    }
  }

  /** Passes over a byte and three that are known. */
  #word(letters: number): boolean {
    const at = this.#at;
    if (at + 4 > this.#message.length || this.#message.readUIntBE(at + 1, 3) !== letters) return false;
    this.#at = at + 4;
    return true;
  }

  /** Passes over text and its quotes, and says its kind. */
  #text(): boolean {
    const message = this.#message;
    const end = message.length;
    let at = this.#at + 1;
    let kind: number = valueKinds.plain;
    let backslashes = 0;
    for (; at < end; at++) {
      const byte = message[at] as number;
      if (byte === quote) {
        this.#at = at + 1;
        this.#kind = kind;
        this.#backslashes = backslashes;
        return true;
      }
      if (byte < 0x20) return false;
      if (byte >= 0x80) kind = valueKinds.other;
      else if (byte === backslash) {
        const next = message[++at];
        backslashes++;
        if (next === quote || next === backslash || next === 0x2f) {
          if (kind === valueKinds.plain) kind = valueKinds.escaped;
          continue;
        }
        kind = valueKinds.other;
        if (next === 0x75) {
          for (let digit = 1; digit <= 4; digit++) if (!isHex(message[at + digit])) return false;
          at += 4;
        } else if (next !== 0x62 && next !== 0x66 && next !== 0x6e && next !== 0x72 && next !== 0x74) {
          return false;
        }
      }
    }
    return false;
  }

  /** Passes over a number and reads it. */
  #digits(): boolean {
    const message = this.#message;
    const start = this.#at;
    let at = start;
    const negative = message[at] === minus;
    if (negative) at++;
    const first = at;
    let value = 0;
    while (isDigit(message[at])) value = value * 10 + (message[at++] as number) - zero;
    let digits = at - first;
    if (digits === 0 || (digits > 1 && message[first] === zero)) return false;
    let decimals = 0;
    if (message[at] === point) {
      const fraction = ++at;
      while (isDigit(message[at])) value = value * 10 + (message[at++] as number) - zero;
      decimals = at - fraction;
      if (decimals === 0) return false;
      digits += decimals;
    }
    // Numbers with an exponent are rare: JSON.parse knows them.
    if (message[at] === 0x65 || message[at] === 0x45) return false;
    this.#at = at;
    if (digits > exactDigits) this.#number = Number(message.toString('latin1', start, at));
    else {
      // Both are exact, so the quotient is the double nearest to what is written.
      const whole = value / (powersOfTen[decimals] as number);
      this.#number = negative ? -whole : whole;
    }
    return true;
  }
}
