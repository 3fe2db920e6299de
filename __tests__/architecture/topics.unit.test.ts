import { globSync, readFileSync } from 'node:fs';
import { topicNames } from '../../runtime/contract/topics.ts';

const folders = '{runtime,artifacts,stacks,constructs,environments,scripts,bench,dbt,docker}/**/*';

/** Our own files by path, without those that are generated from the contract. */
const sources = new Map(
  ['main.ts', 'compose.yaml', `${folders}.{ts,mjs,py,sql,yml,yaml,sh,json,toml}`]
    .flatMap((pattern) => globSync(pattern, { exclude: ['dbt/{target,logs}/**'] }))
    .map((path) => [path, readFileSync(path, 'utf8')] as const)
    .filter(([, text]) => !/^.* Generated from /.test(text)),
);

const namesTopic = (text: string, topic: string) => new RegExp(`\\b${topic}\\b`).test(text);

/** What may name every topic: a new one shows there by itself, or is a fault that the compiler or a test names. */
const allowed = [
  /^runtime\/contract\/topics\.ts$/,
  // Generated, but JSON holds no banner.
  /^runtime\/contract\/released\.json$/,
  /^runtime\/spark\/beatflow_spark\/contract\.json$/,
  // The producer: it writes each topic from something else. Its tables have a key for each topic by type.
  /^runtime\/generator\//,
  // The rows of unit tests.
  /^dbt\/models\/[a-z]+\/unit_tests\.yml$/,
];

test('nothing but the contract lists the topics: whoever goes through all of them takes them from there', () => {
  const listing = [...sources].flatMap(([path, text]) =>
    topicNames.every((topic) => namesTopic(text, topic)) ? [path] : [],
  );
  expect(listing).toContain('runtime/contract/topics.ts');
  expect(sources.size).toBeGreaterThan(300);
  expect(listing.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
});

test('no model lists the staging models of all topics', () => {
  const models = topicNames.map((topic) => `stg_${topic}`);
  const listing = [...sources].flatMap(([path, text]) =>
    path.endsWith('.sql') && models.every((model) => namesTopic(text, model)) ? [path] : [],
  );
  expect(listing).toEqual([]);
});
