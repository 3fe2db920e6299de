import type { Bucket, GetFilesOptions, Storage } from '@google-cloud/storage';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { defaultRetryPolicy, type RetryPolicy, retried, statusOf } from './retry.ts';

/** Longest that one request may take, milliseconds; a lake file has a few MiB. */
const requestTimeoutMs = 60_000;

interface GcsStoreProps {
  readonly bucket: string;
  /** Folder of the lake in the bucket, ending in `/`; empty for the bucket itself. */
  readonly prefix: string;
  /** Makes a client with credentials of its own. @default Application Default Credentials */
  readonly newClient?: () => Promise<Storage>;
  /** @default {@link defaultRetryPolicy} */
  readonly retryPolicy?: RetryPolicy;
  /** Called for each request that is repeated. */
  readonly onRetry?: (error: Error, pauseMs: number) => void;
  /** @default 1000 */
  readonly objectsPerPage?: number;
}

/** The client's own retries are off: they stop for good after some writes, and know neither 401 nor cut downloads. */
export const clientOptions = { retryOptions: { autoRetry: false }, timeout: requestTimeoutMs };

async function newDefaultClient(): Promise<Storage> {
  // Loaded when it is needed: on one machine, it never is.
  const { Storage } = await import('@google-cloud/storage');
  return new Storage(clientOptions);
}

/**
 * A lake in a bucket of Google Cloud Storage. Put-if-absent is `ifGenerationMatch: 0`. Every request can be repeated
 * without harm, and is: a create whose answer was lost then says `exists`, and the caller reads back whose it is.
 */
export class GcsStore implements ObjectStore {
  readonly location: string;
  readonly #props: GcsStoreProps;
  readonly #newClient: () => Promise<Storage>;
  #client: Promise<Storage> | undefined;

  constructor(props: GcsStoreProps) {
    this.#props = props;
    this.#newClient = props.newClient ?? newDefaultClient;
    this.location = `gs://${props.bucket}/${props.prefix}`;
  }

  #request<T>(attempt: (bucket: Bucket) => Promise<T>): Promise<T> {
    const { bucket, retryPolicy = defaultRetryPolicy, onRetry } = this.#props;
    return retried(
      retryPolicy,
      (error, pauseMs) => onRetry?.(error, pauseMs),
      async () => {
        this.#client ??= this.#newClient();
        try {
          return await attempt((await this.#client).bucket(bucket));
        } catch (error) {
          // A client keeps its token until it thinks that it ends; a new one asks for another.
          if (statusOf(error) === 401) this.#client = undefined;
          throw error;
        }
      },
    );
  }

  #name(path: string): string {
    return `${this.#props.prefix}${path}`;
  }

  async createIfAbsent(path: string, content: readonly Buffer[]): Promise<'created' | 'exists'> {
    const whole = Buffer.concat(content);
    return this.#request(async (bucket) => {
      try {
        await bucket.file(this.#name(path)).save(whole, {
          resumable: false,
          validation: 'crc32c',
          preconditionOpts: { ifGenerationMatch: 0 },
        });
        return 'created';
      } catch (error) {
        if (statusOf(error) === 412) return 'exists';
        throw error;
      }
    });
  }

  async overwrite(path: string, content: Buffer): Promise<void> {
    await this.#request((bucket) =>
      bucket.file(this.#name(path)).save(content, {
        resumable: false,
        validation: 'crc32c',
        metadata: { cacheControl: 'no-store' },
      }),
    );
  }

  read(path: string): Promise<Buffer | undefined> {
    return this.#request(async (bucket) => {
      try {
        const [content] = await bucket.file(this.#name(path)).download({ validation: 'crc32c' });
        return content;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  async *#pages(options: GetFilesOptions) {
    for (let pageToken: string | undefined; ; ) {
      const [files, next, answer] = await this.#request((bucket) =>
        bucket.getFiles({
          ...options,
          autoPaginate: false,
          maxResults: this.#props.objectsPerPage ?? 1000,
          ...(pageToken === undefined ? {} : { pageToken }),
        }),
      );
      yield { files, folders: (answer as { prefixes?: string[] } | undefined)?.prefixes ?? [] };
      pageToken = (next as { pageToken?: string } | null)?.pageToken;
      if (pageToken === undefined) return;
    }
  }

  async *list(folder: string, options: { readonly startingAt?: string } = {}): AsyncGenerator<StoredObject> {
    const { startingAt } = options;
    const pages = this.#pages({
      prefix: this.#name(folder),
      ...(startingAt === undefined ? {} : { startOffset: this.#name(startingAt) }),
    });
    for await (const { files } of pages) {
      for (const { name, metadata } of files) {
        yield {
          path: name.slice(this.#props.prefix.length),
          size: Number(metadata.size),
          storedAt: Date.parse(String(metadata.timeCreated)),
        };
      }
    }
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    const prefix = this.#name(folder);
    const names: string[] = [];
    for await (const { folders } of this.#pages({ prefix, delimiter: '/' })) {
      names.push(...folders.map((name) => name.slice(prefix.length, -1)));
    }
    return names.sort();
  }

  async delete(path: string): Promise<void> {
    await this.#request(async (bucket) => {
      await bucket.file(this.#name(path)).delete({ ignoreNotFound: true });
    });
  }
}
