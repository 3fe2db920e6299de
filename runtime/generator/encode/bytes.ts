/** Bytes that are prepared once and written many times. */
export type Fragment = Uint8Array;

const text = new TextEncoder();

/** A text as UTF-8. */
export function utf8(value: string): Fragment {
  return text.encode(value);
}

/** A buffer that grows by doubling. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `size` more bytes; the writers below do not check. */
  reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + size));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  fragment(fragment: Fragment): void {
    this.bytes.set(fragment, this.length);
    this.length += fragment.length;
  }

  byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  /** A whole number up to 2^53 in size as Avro writes int and long: zigzag, seven bits a byte, lowest first. */
  long(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    const { bytes } = this;
    let at = this.length;
    while (rest >= 0x10000000) {
      const low = rest % 0x10000000;
      bytes[at] = (low & 0x7f) | 0x80;
      bytes[at + 1] = ((low >>> 7) & 0x7f) | 0x80;
      bytes[at + 2] = ((low >>> 14) & 0x7f) | 0x80;
      bytes[at + 3] = (low >>> 21) | 0x80;
      at += 4;
      rest = (rest - low) / 0x10000000;
    }
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.length = at;
  }

  /** A whole number from 0 to 2^53 as decimal digits. */
  decimal(value: number): void {
    if (value >= 1e8) {
      const low = value % 1e8;
      this.decimal((value - low) / 1e8);
      this.#digits(low, 8);
      return;
    }
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits++;
    this.#digits(value, digits);
  }

  #digits(value: number, digits: number): void {
    let rest = value | 0;
    const end = this.length + digits;
    for (let at = end - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0;
      this.bytes[at] = 48 + rest - tenth * 10;
      rest = tenth;
    }
    this.length = end;
  }
}
