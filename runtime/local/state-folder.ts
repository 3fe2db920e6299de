import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../program/errors.ts';
import { isAlive } from './process-alive.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the local pipeline keeps everything: one git-ignored folder. */
export interface StateFolder {
  readonly root: string;
  readonly kafka: string;
  readonly lake: string;
  readonly duckDbPath: string;
  readonly marts: string;
  readonly generator: string;
  readonly dbtTarget: string;
  readonly logs: string;
}

/** What the bootstrap installed. */
export interface InstalledTools {
  readonly kafkaJars: string;
  readonly dbt: string;
  readonly dbtProject: string;
  readonly avroExtension: string;
  readonly cli: string;
}

/** The layout of the state below a folder. @param folder default: `.beatflow/state` of this checkout */
export function stateFolder(folder = join(root, '.beatflow', 'state')): StateFolder {
  return {
    root: folder,
    kafka: join(folder, 'kafka'),
    lake: join(folder, 'lake'),
    duckDbPath: join(folder, 'warehouse', 'beatflow.duckdb'),
    marts: join(folder, 'marts'),
    generator: join(folder, 'generator'),
    dbtTarget: join(folder, 'dbt'),
    logs: join(folder, 'logs'),
  };
}

/**
 * The tools of this checkout.
 * @throws SetupError `tool_missing` where the bootstrap has not run.
 */
export async function installedTools(): Promise<InstalledTools> {
  const tools = join(root, '.beatflow', 'tools');
  const pattern =
    'python/lib/python3.*/site-packages/duckdb_extension_avro/extensions/*/avro.duckdb_extension';
  for await (const extension of glob(pattern, { cwd: tools })) {
    return {
      kafkaJars: join(tools, 'kafka'),
      dbt: join(tools, 'python', 'bin', 'dbt'),
      dbtProject: join(root, 'dbt'),
      avroExtension: join(tools, extension),
      cli: join(root, 'runtime', 'cli.ts'),
    };
  }
  throw new SetupError('tool_missing', 'the tools are not installed: run `npm run bootstrap`');
}

/**
 * Takes the state folder for this process; resolves with the function that gives it back.
 * @throws SetupError `state_in_use` naming the process that has it.
 */
export async function lockState(state: StateFolder): Promise<() => Promise<void>> {
  await mkdir(state.logs, { recursive: true });
  const lock = join(state.root, 'runner.pid');
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (holder && holder !== process.pid && isAlive(holder)) {
    throw new SetupError(
      'state_in_use',
      `the local pipeline is already running as process ${holder}: stop it first`,
    );
  }
  await writeFile(lock, String(process.pid));
  return () => rm(lock, { force: true });
}
