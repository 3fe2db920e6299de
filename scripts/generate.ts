/**
 * Writes the files that are derived from the contract and committed: dbt sources and released schemas. With
 * `--check` it writes nothing and exits 1 when a file is not what the contract says.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dbtSources } from '../runtime/contract/dbt.ts';
import { pipelineTables } from '../runtime/contract/pipeline-tables.ts';
import { withCurrentSchemas } from '../runtime/contract/released.ts';
import { topics } from '../runtime/contract/topics.ts';
import { iamDocument } from './iam-document.ts';

const generated: Readonly<Record<string, string>> = {
  'dbt/models/staging/_sources.yml': dbtSources(topics, pipelineTables),
  'docs/iam.md': await iamDocument(),
  'runtime/contract/released.json': `${JSON.stringify(withCurrentSchemas(), null, 1)}\n`,
};

const read = (path: string) => {
  try {
    return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  } catch {
    return '';
  }
};
const stale = Object.keys(generated).filter((path) => read(path) !== generated[path]);
if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${path} is not what the contract says: npm run generate`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    writeFileSync(new URL(`../${path}`, import.meta.url), generated[path] as string);
    console.log(`wrote ${path}`);
  }
}
