import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Metafile } from 'esbuild';

const pageFolder = fileURLToPath(new URL('./page/', import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** One file of the page. Its name carries the hash of its content, so browsers may keep it for ever. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
}

/** The page, ready to be served. */
export interface PageAssets {
  readonly html: string;
  /** By file name. */
  readonly files: ReadonlyMap<string, Asset>;
}

async function asset(name: string, content: Uint8Array): Promise<Asset> {
  const body = Buffer.from(content);
  const type = contentTypes[extname(name)];
  if (!type) throw new Error(`the page has a file of a kind that is not served: ${name}`);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  const [gzipped, brotli] = await Promise.all([
    promisify(gzip)(body),
    promisify(brotliCompress)(body, quality),
  ]);
  return { type, body, gzip: gzipped, brotli };
}

/** The files that an entry imports before it can run, so that the browser fetches them at once. */
function staticImports(metafile: Metafile, entry: string): string[] {
  const imports = metafile.outputs[entry]?.imports ?? [];
  return imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
}

function outputOf(metafile: Metafile, source: string): string {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(source));
  if (!found) throw new Error(`the page's build has no output of ${source}`);
  return found[0];
}

/** Bundles the page in memory. */
export async function buildPage(): Promise<PageAssets> {
  const esbuild = await import('esbuild');
  const built = await esbuild.build({
    absWorkingDir: pageFolder,
    entryPoints: ['main.ts', 'styles/main.css', 'us-atlas/states-albers-10m.json', 'icon.svg'],
    outdir: 'assets',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    loader: { '.json': 'copy', '.svg': 'copy' },
    logLevel: 'silent',
  });
  const files = new Map(
    await Promise.all(
      built.outputFiles.map(async ({ path, contents }) => {
        const name = basename(path);
        return [name, await asset(name, contents)] as const;
      }),
    ),
  );
  const main = outputOf(built.metafile, 'main.ts');
  const address = (path: string) => `/assets/${basename(path)}`;
  const template = await readFile(new URL('./page/index.html', import.meta.url), 'utf8');
  const values: Readonly<Record<string, string>> = {
    script: address(main),
    style: address(outputOf(built.metafile, 'styles/main.css')),
    map: address(outputOf(built.metafile, 'states-albers-10m.json')),
    icon: address(outputOf(built.metafile, 'icon.svg')),
    preloads: staticImports(built.metafile, main)
      .map((path) => `<link rel="modulepreload" href="${address(path)}">`)
      .join('\n'),
  };
  const html = template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
  return { html, files };
}
