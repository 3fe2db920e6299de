import { crc32 } from 'node:zlib';

/** One file of an archive. */
interface ZipEntry {
  /** Path in the archive, parts separated by `/`. */
  readonly name: string;
  readonly content: Buffer;
}

// PKWARE's APPNOTE.TXT 6.3: section 4.3.7 local header, 4.3.12 central directory, 4.3.16 end.
const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const versionNeeded = 10;
const namesAreUtf8 = 0x0800;
/** 1980-01-01, the earliest date there is: equal files give equal bytes. */
const date = 0x0021;

function fields(...values: readonly (readonly [size: 2 | 4, value: number])[]): Buffer {
  const bytes = Buffer.alloc(values.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of values) at = bytes.writeUIntLE(value, at, size);
  return bytes;
}

/** A zip archive of files as they are, in their order, without compression; equal files give equal bytes. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const path = Buffer.from(name);
    const common = fields(
      [2, versionNeeded],
      [2, namesAreUtf8],
      [2, 0],
      [2, 0],
      [2, date],
      [4, crc32(content)],
      [4, content.length],
      [4, content.length],
      [2, path.length],
      [2, 0],
    );
    const local = Buffer.concat([fields([4, localSignature]), common, path, content]);
    parts.push(local);
    const place = fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
    directory.push(Buffer.concat([fields([4, centralSignature], [2, versionNeeded]), common, place, path]));
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const { length } = entries;
  const end = fields(
    [4, endSignature],
    [2, 0],
    [2, 0],
    [2, length],
    [2, length],
    [4, index.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...parts, index, end]);
}
