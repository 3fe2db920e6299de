import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { builtPage } from './built-page.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Brotli's effort, 0 to 11: the smallest at which it beats gzip's best, and it is done at each start. */
const brotliQuality = 5;

/** One file of the page. Its name carries the hash of its content, so browsers may keep it for ever. */
interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
}

/** The page, ready to be served. */
export interface PageAssets {
  /** Tells this build of the program from others: its answers can differ. Where sources run, every start is a build. */
  readonly build: string;
  readonly html: string;
  /** By file name. */
  readonly files: ReadonlyMap<string, Asset>;
}

async function asset(name: string, body: Buffer): Promise<Asset> {
  const type = contentTypes[extname(name)];
  if (!type) throw new Error(`the page has a file of a kind that is not served: ${name}`);
  const [gzipped, brotli] = await Promise.all([
    promisify(gzip)(body),
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  ]);
  return { type, body, gzip: gzipped, brotli };
}

/** The hash of the file this runs from, which is all of a deployed program. */
async function buildOf(deployed: boolean): Promise<string> {
  if (!deployed) return randomUUID().slice(0, 8);
  const program = await readFile(fileURLToPath(import.meta.url));
  return createHash('sha256').update(program).digest('hex').slice(0, 8);
}

/** The page: as it was built into a deployed bundle, else bundled from its sources now. */
export async function loadPage(): Promise<PageAssets> {
  const { html, files } = builtPage ?? (await (await import('./build-page.ts')).buildPage());
  const assets = files.map(
    async ({ name, base64 }) => [name, await asset(name, Buffer.from(base64, 'base64'))] as const,
  );
  return {
    build: await buildOf(builtPage !== undefined),
    html,
    files: new Map(await Promise.all(assets)),
  };
}
