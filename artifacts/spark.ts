import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactFile } from '../constructs/artifact.ts';
import type { SparkArtifacts } from '../stacks/beatflow-stack.ts';
import { zip } from './zip.ts';

const root = join(import.meta.dirname, '..');
const packageFolder = join(root, 'runtime/spark/beatflow_spark');
const jarsFolder = join(root, '.beatflow/tools/spark/jars');

function hashed(path: string, name: string, suffix: string): ArtifactFile {
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  return { path, name: `spark/${name}-${sha256}${suffix}`, sha256 };
}

/** The package as a zip in a folder. */
export function sparkPackage(folder: string): ArtifactFile {
  const names = readdirSync(packageFolder).filter((name) => /\.(py|json)$/.test(name));
  const entries = names.sort().map((name) => ({
    name: `beatflow_spark/${name}`,
    content: readFileSync(join(packageFolder, name)),
  }));
  const path = join(folder, 'beatflow_spark.zip');
  writeFileSync(path, zip(entries));
  return hashed(path, 'beatflow_spark', '.zip');
}

/**
 * Makes what a Spark cluster runs.
 * @throws Error where the jars were not brought yet.
 */
export function sparkArtifacts(folder: string): SparkArtifacts {
  if (!existsSync(jarsFolder)) {
    throw new Error(
      'this environment processes with Spark, whose jars are not here: run node scripts/spark-tools.mjs',
    );
  }
  return {
    main: hashed(join(root, 'runtime/spark/main.py'), 'main', '.py'),
    code: sparkPackage(folder),
    jars: readdirSync(jarsFolder)
      .sort()
      .map((name) => hashed(join(jarsFolder, name), name.slice(0, -'.jar'.length), '.jar')),
  };
}
