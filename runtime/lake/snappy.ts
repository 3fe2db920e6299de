/**
 * Snappy's raw format, as its format description defines it: a varint of the whole length, then literals and copies of
 * what came up to 64 KiB before. Written here because Node has none and the compressed bytes must not need native code.
 */

/** Copies reach back no further than a fragment, so that two bytes hold every distance. */
const fragmentBytes = 1 << 16;
const hashBits = 13;
const table = new Uint16Array(1 << hashBits);
/** Bytes at the end of a fragment in which no copy is looked for. */
const margin = 15;
const shortestCopy = 4;
const longestCopy = 64;

/** The most bytes that `length` bytes can become. */
function bound(length: number): number {
  return 32 + length + Math.floor(length / 6);
}

function writeVarint(output: Buffer, position: number, value: number): number {
  let at = position;
  let rest = value;
  for (; rest >= 128; rest >>>= 7) output[at++] = (rest & 127) | 128;
  output[at++] = rest;
  return at;
}

function writeLiteral(input: Buffer, start: number, end: number, output: Buffer, position: number): number {
  let at = position;
  const last = end - start - 1;
  if (last < 60) output[at++] = last << 2;
  else if (last < 256) {
    output[at++] = 60 << 2;
    output[at++] = last;
  } else {
    output[at++] = 61 << 2;
    output[at++] = last & 255;
    output[at++] = last >> 8;
  }
  input.copy(output, at, start, end);
  return at + last + 1;
}

function writeCopy(output: Buffer, position: number, distance: number, length: number): number {
  let at = position;
  for (let left = length; left > 0; ) {
    // What is left over must not be shorter than the shortest copy of the one-byte form.
    const now = left > longestCopy + shortestCopy ? longestCopy : left > longestCopy ? 60 : left;
    if (now >= shortestCopy && now < 12 && distance < 2048) {
      output[at++] = 1 | ((now - 4) << 2) | ((distance >> 8) << 5);
      output[at++] = distance & 255;
    } else {
      output[at++] = 2 | ((now - 1) << 2);
      output[at++] = distance & 255;
      output[at++] = distance >> 8;
    }
    left -= now;
  }
  return at;
}

function compressFragment(
  input: Buffer,
  start: number,
  end: number,
  output: Buffer,
  position: number,
): number {
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  let out = position;
  let literal = start;
  let at = start + 1;
  const limit = end - margin;
  table.fill(0);
  let misses = 32;
  while (at < limit) {
    const word = view.getInt32(at, true);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - hashBits);
    const candidate = start + (table[slot] as number);
    table[slot] = at - start;
    if (view.getInt32(candidate, true) !== word) {
      // The longer nothing repeats, the larger the steps.
      at += misses++ >>> 5;
      continue;
    }
    let length = shortestCopy;
    while (at + length < end && input[candidate + length] === input[at + length]) length++;
    if (literal < at) out = writeLiteral(input, literal, at, output, out);
    out = writeCopy(output, out, at - candidate, length);
    at += length;
    literal = at;
    misses = 32;
  }
  return literal < end ? writeLiteral(input, literal, end, output, out) : out;
}

let scratch = Buffer.allocUnsafeSlow(bound(fragmentBytes));

/** Compresses a block. */
export function snappyCompress(input: Buffer): Buffer {
  if (scratch.length < bound(input.length)) scratch = Buffer.allocUnsafeSlow(bound(input.length));
  const output = scratch;
  let at = writeVarint(output, 0, input.length);
  for (let start = 0; start < input.length; start += fragmentBytes) {
    at = compressFragment(input, start, Math.min(start + fragmentBytes, input.length), output, at);
  }
  return Buffer.from(output.subarray(0, at));
}

/**
 * Restores what {@link snappyCompress}, or any other writer of the format, compressed.
 * @throws Error where the bytes are not of the format.
 */
export function snappyUncompress(input: Buffer): Buffer {
  let length = 0;
  let at = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = input[at++];
    if (byte === undefined || shift > 28) throw new Error('a snappy block has no length');
    length |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  const output = Buffer.alloc(length);
  let end = 0;
  const copy = (distance: number, count: number) => {
    if (distance === 0 || distance > end || end + count > length)
      throw new Error('a snappy copy is out of range');
    for (let index = 0; index < count; index++, end++) output[end] = output[end - distance] as number;
  };
  while (at < input.length) {
    const tag = input[at++] as number;
    switch (tag & 3) {
      case 0: {
        const extra = (tag >> 2) - 59;
        const last = extra > 0 ? input.readUIntLE(at, extra) : tag >> 2;
        at += Math.max(0, extra);
        if (at + last + 1 > input.length || end + last + 1 > length)
          throw new Error('a snappy literal is cut');
        end += input.copy(output, end, at, at + last + 1);
        at += last + 1;
        break;
      }
      case 1:
        copy(((tag >> 5) << 8) | (input[at] as number), ((tag >> 2) & 7) + 4);
        at += 1;
        break;
      case 2:
        copy(input.readUInt16LE(at), (tag >> 2) + 1);
        at += 2;
        break;
      default:
        copy(input.readUInt32LE(at), (tag >> 2) + 1);
        at += 4;
    }
  }
  if (end !== length) throw new Error('a snappy block is cut');
  return output;
}
