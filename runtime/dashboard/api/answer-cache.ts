import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';

const gzipInBackground = promisify(gzip);

/** Bodies below this many bytes are sent as they are: compressing them saves no packet. */
const compressFrom = 1_400;

/** Up to this many bytes, a fifth of a millisecond, handing them to another thread costs more than compressing them. */
const compressHereUpTo = 32_768;

/** Half the time of zlib's usual level for a tenth more bytes. */
const compression = { level: 3 };

async function compress(body: Buffer): Promise<Buffer | undefined> {
  if (body.length < compressFrom) return undefined;
  return body.length <= compressHereUpTo ? gzipSync(body, compression) : gzipInBackground(body, compression);
}

/** A finished answer, plain and compressed. */
export interface Answer {
  readonly body: Buffer;
  readonly gzip: Buffer | undefined;
}

/** Makes an answer of a body. */
export async function answerOf(text: string): Promise<Answer> {
  const body = Buffer.from(text);
  return { body, gzip: await compress(body) };
}

interface Entry {
  readonly answer: Promise<Answer>;
  bytes: number;
}

/**
 * Answers of one version of the marts, least recently used first out. Requests for an answer that is being made wait for
 * it instead of making it again.
 */
export class AnswerCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #version: string | undefined;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The answer under `key` for `version`, made by `make` where there is none. A failure is not kept. */
  get(version: string, key: string, make: () => Promise<Answer>): Promise<Answer> {
    if (version !== this.#version) this.#startOver(version);
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.answer;
    }
    const entry: Entry = { answer: make(), bytes: 0 };
    this.#entries.set(key, entry);
    entry.answer.then(
      (answer) => this.#account(key, entry, answer),
      () => this.#remove(key, entry),
    );
    return entry.answer;
  }

  #startOver(version: string): void {
    this.#version = version;
    this.#entries.clear();
    this.#bytes = 0;
  }

  #account(key: string, entry: Entry, { body, gzip }: Answer): void {
    if (this.#entries.get(key) !== entry) return;
    entry.bytes = body.length + (gzip?.length ?? 0);
    this.#bytes += entry.bytes;
    for (const [oldest, old] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest, old);
    }
  }

  #remove(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
