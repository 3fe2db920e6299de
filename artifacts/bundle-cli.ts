/**
 * `node artifacts/bundle-cli.ts FOLDER`: makes all programs of `beatflow` one file that runs on plain Node, the page built
 * into it, and lays DuckDB beside it, whose native code cannot be in it.
 */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';
import { embedPage } from './embed-page.ts';

const root = join(import.meta.dirname, '..');
const duckDb = '@duckdb/node-api';

/** A package and all that it needs, as far as it is installed here: of native bindings, those of this machine. */
function packagesOf(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found;
  let manifest: { dependencies?: object; optionalDependencies?: object };
  try {
    manifest = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  } catch {
    return found;
  }
  found.add(name);
  for (const other of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    packagesOf(other, found);
  }
  return found;
}

/** Builds into a folder, which is made. */
export async function bundleCli(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    ...bundleOptions,
    entryPoints: ['runtime/cli.ts'],
    outfile: join(folder, 'beatflow.mjs'),
    external: [duckDb],
    plugins: [embedPage()],
  });
  for (const name of packagesOf(duckDb)) {
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), {
      recursive: true,
      dereference: true,
    });
  }
}

const [folder] = process.argv.slice(2);
if (import.meta.main && folder !== undefined) await bundleCli(folder);
