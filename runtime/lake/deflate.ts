import { constants, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import pLimit from 'p-limit';

/** libuv has four threads for them. */
const threads = 4;

/**
 * Level 1 is within a tenth of the size of the default at about half of its time, the larger hash table of memory level
 * 9 saves another tenth of it. Each write is a whole stream of its own.
 */
const options = { level: 1, memLevel: 9, chunkSize: 1 << 15, flush: constants.Z_FINISH };

/** A compressor that is used again and again: to make its state costs more than to compress a small block. */
class Deflater {
  readonly #stream: DeflateRaw = createDeflateRaw(options);
  #pieces: Buffer[] = [];

  constructor() {
    this.#stream.on('data', (piece: Buffer) => this.#pieces.push(piece));
  }

  compress(raw: Buffer): Promise<Buffer> {
    const done = Promise.withResolvers<Buffer>();
    this.#stream.once('error', done.reject);
    this.#stream.write(raw, (error) => {
      if (error) return;
      this.#stream.off('error', done.reject);
      // A copy: the stream's pieces are parts of larger buffers.
      done.resolve(Buffer.concat(this.#pieces));
      this.#pieces = [];
      this.#stream.reset();
    });
    return done.promise;
  }
}

const compressing = pLimit(threads);
const idle: Deflater[] = [];

/** Compresses one block off the main thread, as raw deflate (RFC 1951). */
export function deflateBlock(raw: Buffer): Promise<Buffer> {
  return compressing(async () => {
    const deflater = idle.pop() ?? new Deflater();
    const compressed = await deflater.compress(raw);
    idle.push(deflater);
    return compressed;
  });
}
