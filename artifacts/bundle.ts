/**
 * Makes what the cloud runs from this repository: one file per program, the dbt project, the DAGs. Equal sources give
 * equal bytes, on every machine and in every folder.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { ArtifactFile } from '../constructs/artifact.ts';
import { type Artifacts, type BundledProgram, bundledPrograms } from '../stacks/beatflow-stack.ts';
import { bundleOptions } from './bundle-options.ts';
import { embedPage } from './embed-page.ts';
import { sparkArtifacts } from './spark.ts';

const root = join(import.meta.dirname, '..');

/** The function of each program's command.ts that makes its command. */
const commands: Readonly<Record<BundledProgram, string>> = {
  generator: 'generateCommand',
  consumer: 'consumeCommand',
  loader: 'loadCommand',
  dashboard: 'dashboardCommand',
  provision: 'provisionCommand',
};

/** The generator's threads run its bundle too: what they do and what the program does part at the entry. */
const threadsRunBundle: Plugin = {
  name: 'threads-run-bundle',
  setup(build) {
    build.onLoad({ filter: /[\\/]generator[\\/]engine[\\/]worker-module\.ts$/ }, () => ({
      contents: 'export const workerModule = new URL(import.meta.url);',
    }));
  },
};

/** What the bundle of a program is made with besides its code. */
const ownPlugins: Partial<Record<BundledProgram, readonly Plugin[]>> = {
  generator: [threadsRunBundle],
  dashboard: [embedPage()],
};

function entryOf(program: BundledProgram): string {
  const command = commands[program];
  const run = `import { ${command} } from './runtime/${program}/command.ts';\n`;
  if (program !== 'generator') return `${run}await ${command}().parseAsync();\n`;
  return `${run}import { isMainThread } from 'node:worker_threads';
if (isMainThread) await ${command}().parseAsync();
else await import('./runtime/generator/engine/worker.ts');
`;
}

/**
 * Leaves DuckDB out, which has native code and only serves one machine: a bundle that comes to use it says so. A name
 * that is imported from it and not listed here fails the build.
 */
const withoutDuckDb: Plugin = {
  name: 'without-duckdb',
  setup(build) {
    const filter = /^@duckdb\/node-api$/;
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'absent' }));
    build.onLoad({ filter, namespace: 'absent' }, () => ({
      contents: `const say = () => { throw new Error('DuckDB is not part of a deployed program: run it from the repository'); };
        const absent = new Proxy(class {}, { get: say, construct: say });
        export { absent as DuckDBInstance, absent as DuckDBTimestampValue };`,
      loader: 'js',
    }));
  },
};

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

async function bundle(program: BundledProgram, folder: string): Promise<ArtifactFile> {
  const { outputFiles } = await build({
    ...bundleOptions,
    stdin: {
      contents: entryOf(program),
      resolveDir: root,
      sourcefile: `${program}.entry.ts`,
      loader: 'ts',
    },
    write: false,
    plugins: [withoutDuckDb, ...(ownPlugins[program] ?? [])],
  });
  const content = outputFiles[0]?.contents;
  if (!content) throw new Error(`esbuild made nothing of ${program}`);
  const hash = sha256(content);
  const path = join(folder, `${program}.mjs`);
  writeFileSync(path, content);
  return { path, name: `programs/${program}-${hash}.mjs`, sha256: hash };
}

/** All files below a folder of the repository that `wanted` accepts, in the order of their names. */
function filesBelow(folder: string, wanted: (path: string) => boolean): readonly string[] {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter(wanted)
    .sort();
}

const artifact = (path: string, name: string): ArtifactFile => ({
  path: join(root, path),
  name,
  sha256: sha256(readFileSync(join(root, path))),
});

function dbtProject(): Artifacts['dbt'] {
  const wanted =
    /^dbt\/((dbt_project|profiles|selectors)\.yml|job\.sh|requirements-bigquery\.lock|(models|macros|tests)\/.*)$/;
  const files = [...filesBelow('dbt', (path) => wanted.test(path)), 'scripts/uv.lock'];
  const tree = sha256(files.map((path) => `${path} ${sha256(readFileSync(join(root, path)))}\n`).join(''));
  const folder = `dbt/${tree.slice(0, 16)}`;
  const nameOf = (path: string) => `${folder}/${path.replace(/^(dbt|scripts)\//, '')}`;
  return { folder, files: files.map((path) => artifact(path, nameOf(path))) };
}

/** Builds everything into a folder, which is made. */
export async function buildArtifacts(folder: string): Promise<Artifacts> {
  mkdirSync(folder, { recursive: true });
  const bundles = await Promise.all(
    bundledPrograms.map(async (program) => [program, await bundle(program, folder)] as const),
  );
  const dags = filesBelow('runtime/airflow/dags', (path) => path.endsWith('.py'));
  return {
    programs: Object.fromEntries(bundles) as Artifacts['programs'],
    spark: () => sparkArtifacts(folder),
    dbt: dbtProject(),
    dags: dags.map((path) => artifact(path, path.replace('runtime/airflow/', ''))),
    marts: filesBelow('dbt/models/marts', (path) => path.endsWith('.sql')).map((path) =>
      path.slice('dbt/models/marts/'.length, -'.sql'.length),
    ),
  };
}
