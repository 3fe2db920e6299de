/**
 * Writes the files that are derived and committed: dbt's sources, topics, declarations of staging and released schemas from
 * the contract, pages about the marts and their layouts from dbt, rights and addresses of what holds data from the stacks.
 * With `--check` it writes nothing and exits 1 when a file is not what it should be. Nothing is written of a contract with
 * faults: they are all named.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { contractFaults } from '../runtime/contract/contract-faults.ts';
import { dbtSources, dbtTopics } from '../runtime/contract/dbt.ts';
import { pipelineTables } from '../runtime/contract/pipeline-tables.ts';
import { referenceTables } from '../runtime/contract/reference-tables.ts';
import { releasedSchemas, withCurrentSchemas } from '../runtime/contract/released.ts';
import { topics } from '../runtime/contract/topics.ts';
import { sparkContract } from '../runtime/spark/contract-file.ts';
import { iamDocument } from './generators/iam-document.ts';
import { martPages } from './generators/mart-pages.ts';
import { martLayouts, pageExposure, readMarts } from './generators/marts.ts';
import { stagingModels } from './generators/staging-models.ts';
import { statefulAddresses, statefulAddressesPath } from './generators/stateful-addresses.ts';
import { synthesisedEnvironments } from './generators/synthesised.ts';

const otherTables = { ...pipelineTables, ...referenceTables };
const faults = contractFaults({ topics, released: releasedSchemas, otherTables });
if (faults.length > 0) {
  console.error(
    `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the contract, runtime/contract:`,
  );
  for (const fault of faults) console.error(`  ${fault}`);
  console.error(
    'A schema that no message was ever written with can be taken out of runtime/contract/released.json.',
  );
  process.exit(1);
}

const marts = readMarts();
const environments = await synthesisedEnvironments();
const generated: Readonly<Record<string, string>> = {
  'dbt/macros/contract.sql': dbtTopics(topics),
  'dbt/models/staging/_events.yml': stagingModels(topics),
  'dbt/models/staging/_sources.yml': dbtSources(topics, otherTables),
  'docs/iam.md': iamDocument(environments),
  'runtime/contract/released.json': `${JSON.stringify(withCurrentSchemas(), null, 1)}\n`,
  'runtime/spark/beatflow_spark/contract.json': sparkContract(),
  [statefulAddressesPath]: `${JSON.stringify(statefulAddresses(environments), null, 2)}\n`,
  'dbt/models/_page.yml': pageExposure(marts),
  'runtime/warehouse/marts/layout.json': martLayouts(marts),
  ...martPages(marts),
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
  for (const path of stale) console.error(`${path} is not what it is derived from: npm run generate`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    const url = new URL(`../${path}`, import.meta.url);
    mkdirSync(new URL('.', url), { recursive: true });
    writeFileSync(url, generated[path] as string);
    console.log(`wrote ${path}`);
  }
}
