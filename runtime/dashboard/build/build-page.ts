import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import type { BuiltPage } from './built-page.ts';

const pageFolder = fileURLToPath(new URL('../page/', import.meta.url));

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

/** Bundles the page from its sources, in memory. */
export async function buildPage(): Promise<BuiltPage> {
  // Loaded here and not above: a deployed bundle carries the built page and has no esbuild.
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
    // Names carry a hash of the modules' paths: they must not depend on where node_modules is linked from.
    preserveSymlinks: true,
  });
  const main = outputOf(built.metafile, 'main.ts');
  const address = (path: string) => `/assets/${basename(path)}`;
  const template = await readFile(new URL('../page/index.html', import.meta.url), 'utf8');
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
  const files = built.outputFiles.map(({ path, contents }) => ({
    name: basename(path),
    base64: Buffer.from(contents).toString('base64'),
  }));
  return { html, files };
}
