import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { environmentNames } from '../../environments/model/load.ts';
import { nameLimits } from '../../environments/model/name-limits.ts';
import { namesOf } from '../../environments/model/names.ts';
import { lakeFolders } from '../../runtime/contract/lake-folders.ts';
import { pipelineTableNames } from '../../runtime/contract/pipeline-tables.ts';
import { referenceTableNames } from '../../runtime/contract/reference-tables.ts';
import { topicNames } from '../../runtime/contract/topics.ts';
import { committedAddresses, holdsData } from '../../scripts/generators/stateful-addresses.ts';
import { generatorEnvironment } from '../../stacks/program-environments.ts';
import { deployments, shapesOfDev, synthesise, writeArtifacts } from '../support/deployments.ts';
import { Template } from '../support/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-app-'));
afterAll(() => rmSync(folder, { recursive: true }));

const artifacts = writeArtifacts(folder);
const all = new Map(
  [...(await deployments())].map(([variant, environment]) => {
    const outdir = join(folder, variant);
    const templates = synthesise(environment, artifacts, outdir).map(
      (id) => [id, new Template(readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8'))] as const,
    );
    return [variant, { environment, templates }] as const;
  }),
);
const names = [...all.keys()];

function deployment(variant: string) {
  const found = all.get(variant);
  if (!found) throw new Error(`there is no deployment ${variant}`);
  return found;
}

const resourcesOf = (variant: string) =>
  deployment(variant).templates.flatMap(([stack, template]) =>
    template.resources.map((resource) => ({
      ...resource,
      stack: stack.slice(`${deployment(variant).environment.name}-`.length),
    })),
  );

test('there are deployments to speak of', () => {
  expect(names).toEqual([...environmentNames(), ...shapesOfDev]);
  expect(shapesOfDev.length).toBeGreaterThan(3);
  for (const name of names) expect(resourcesOf(name).length).toBeGreaterThan(80);
});

test.each(environmentNames().map((name) => [name]))('%s: what holds data keeps its address', (variant) => {
  const committed: readonly string[] = committedAddresses()[variant] ?? [];
  const addresses = resourcesOf(variant)
    .filter(({ type }) => holdsData(type))
    .map(({ stack, type, id }) => `${stack}: ${type}.${id}`);
  expect(addresses.length).toBeGreaterThan(15);
  const gone = committed.filter((address) => !addresses.includes(address));
  const added = addresses.filter((address) => !committed.includes(address));
  expect({
    'gone: deploying this destroys data, unless the construct is moved with moveTo': gone,
    'new: npm run generate adds them': added,
  }).toEqual({
    'gone: deploying this destroys data, unless the construct is moved with moveTo': [],
    'new: npm run generate adds them': [],
  });
});

test.each(names.map((name) => [name]))('%s: names stay within what Google takes', (variant) => {
  const limits: Readonly<Record<string, readonly [string, number]>> = {
    google_service_account: ['account_id', nameLimits.account],
    google_storage_bucket: ['name', nameLimits.bucket],
    google_compute_instance: ['name', nameLimits.machine],
    google_compute_instance_template: ['name', nameLimits.machine],
    google_compute_firewall: ['name', nameLimits.machine],
    google_cloud_run_v2_job: ['name', 63],
    google_composer_environment: ['name', nameLimits.cluster],
    google_dataproc_cluster: ['name', 54],
    google_managed_kafka_cluster: ['cluster_id', nameLimits.cluster],
  };
  const checked = resourcesOf(variant).filter(({ type }) => limits[type]);
  expect(checked.length).toBeGreaterThan(8);
  for (const { type, id, attributes } of checked) {
    const [attribute, limit] = limits[type] ?? ['', 0];
    const name = String(attributes[attribute]);
    expect({ id, name, fits: name.length <= limit && /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) }).toEqual({
      id,
      name,
      fits: true,
    });
  }
});

test.each(names.map((name) => [name]))(
  '%s: user-data parses and fits into the metadata of a machine',
  (variant) => {
    const machines = resourcesOf(variant).filter(({ type }) =>
      /^google_compute_instance(_template)?$/.test(type),
    );
    expect(machines.length).toBeGreaterThan(0);
    for (const { attributes } of machines) {
      const text = (attributes.metadata as Record<string, string>)['user-data'] ?? '';
      expect(Buffer.byteLength(text)).toBeLessThan(262_144);
      expect(text.startsWith('#cloud-config\n')).toBe(true);
      expect(Object.keys(parse(text))).toEqual(['write_files', 'runcmd']);
    }
  },
);

test.each(names.map((name) => [name]))(
  '%s: each table of the contract is deployed once, and no other',
  (variant) => {
    const tables = resourcesOf(variant).filter(({ type }) => type === 'google_bigquery_table');
    expect(tables.map(({ attributes }) => attributes.table_id).sort()).toEqual(
      [...topicNames, ...pipelineTableNames, ...referenceTableNames].sort(),
    );
  },
);

test('managed Kafka has each topic of the contract once, and no other', () => {
  const topics = resourcesOf('dev+managed').filter(({ type }) => type === 'google_managed_kafka_topic');
  expect(topics.map(({ attributes }) => attributes.topic_id).sort()).toEqual([...topicNames].sort());
});

test.each(names.map((name) => [name]))(
  '%s: each program is deployed once, from its own bundle; topics are provisioned where Google does not',
  (variant) => {
    const bySpark = deployment(variant).environment.processing.kind === 'spark';
    const json = JSON.stringify(deployment(variant).templates.map(([, { json: stack }]) => stack.resource));
    for (const [program, { name, sha256 }] of Object.entries(artifacts.programs)) {
      expect([program, json.split(`/artifacts/${name}`).length + json.split(sha256).length - 2]).toEqual([
        program,
        (program === 'provision' && variant === 'dev+managed') || (program === 'consumer' && bySpark) ? 0 : 1,
      ]);
    }
  },
);

/** The addresses of a deployment's resources; what each topic has is said once, with `<topic>` for its name. */
function addressesOf(variant: string): readonly string[] {
  const addresses = new Set(resourcesOf(variant).map(({ stack, type, id }) => `${stack}: ${type}.${id}`));
  const general = [...addresses].map((address) => {
    const topic = topicNames.find((name) => address.includes(name));
    if (!topic) return address;
    const ofEach = topicNames.map((name) => address.replace(topic, name));
    return ofEach.every((other) => addresses.has(other)) ? address.replace(topic, '<topic>') : address;
  });
  return [...new Set(general)].sort();
}

const shapes = names.filter((name) => !environmentNames().includes(name));

// What an environment of its own file has is in outlines.unit: no resource of any deployment can be lost unseen.
test.each(shapes.map((name) => [name.replace(/^dev./, ''), name]))(
  'dev with another value (%s) differs from it by what was reviewed',
  (_, variant) => {
    const [dev, shape] = [addressesOf('dev'), addressesOf(variant)];
    const lacks = dev.filter((address) => !shape.includes(address));
    const has = shape.filter((address) => !dev.includes(address));
    expect(['', 'lacks', ...lacks, '', 'has', ...has, ''].join('\n')).toMatchSnapshot();
  },
);

/** Constructs that only some deployments have, by what decides. */
const optional: readonly RegExp[] = [
  /^foundation: google_kms_/, // encryption
  /^foundation: google_project_service\./, // what is used
  /^foundation: google_compute_firewall\.network_(kafka|liveness|spark)$/, // machines, processing
  /^foundation: google_storage_bucket_object\.artifact-(spark|<machine>)-/, // processing
  /^foundation: google_compute_router(_nat)?\./, // network.nat
  /^foundation: google_(service_account|project_iam_member)\.(broker|generator|consumer|stream|spark|scheduler|runner|plan|apply)_/,
  /^foundation: google_(iam_workload_identity|service_account_iam)/, // github
  /^streaming: /, // kafka, machines
  /^orchestration: google_(composer|storage|workflows|cloud_scheduler)/, // orchestration
  /^observability: google_(monitoring_(alert_policy|notification_channel)|billing)/, // alerts, budget
  /^observability: google_(compute|iap)_/, // dashboard.domain
  /^observability: google_cloud_run_v2_service_iam_member\./, // dashboard.viewers
];

test('all deployments have the same constructs but for those that a value decides', () => {
  const addresses = names.map((variant) =>
    addressesOf(variant)
      // Who acts as the consumer, and who is a machine, is decided by machines.kind.
      .map((address) => address.replace(/-(stream|broker|generator|consumer|spark)(?=$|-)/, '-<machine>'))
      .filter((address) => !optional.some((pattern) => pattern.test(address))),
  );
  const [first] = addresses;
  expect(first?.length).toBeGreaterThan(40);
  for (const other of addresses) expect([...new Set(other)].sort()).toEqual([...new Set(first)].sort());
});

test.each(names.map((name) => [name]))('%s: every output says what it is for', (variant) => {
  const outputs = deployment(variant).templates.flatMap(([, { json }]) =>
    Object.values((json as { output?: Record<string, { description?: string }> }).output ?? {}),
  );
  expect(outputs.length).toBeGreaterThan(5);
  for (const { description } of outputs) expect(description).toMatch(/\w+ \w+/);
});

test.each(names.map((name) => [name]))('%s: no stack reads another’s state', (variant) => {
  for (const [, { json }] of deployment(variant).templates) {
    expect(JSON.stringify(json)).not.toContain('terraform_remote_state');
  }
});

interface BucketRule {
  readonly action: { readonly type: string };
  readonly condition: { readonly age?: number; readonly matches_prefix?: readonly string[] };
}

test('a claim on dead letters outlives them, and nothing ends commit records, reference data, progress or leases', () => {
  const rules = resourcesOf('prod')
    .filter(({ type, stack }) => type === 'google_storage_bucket' && stack === 'lake')
    .flatMap(({ attributes }) => attributes.lifecycle_rule as BucketRule[])
    .filter(({ action, condition }) => action.type === 'Delete' && condition.age !== undefined);
  const ageOf = (prefix: string) =>
    rules.flatMap(({ condition }) => (condition.matches_prefix?.includes(prefix) ? [condition.age] : []));
  const { expireAfterDays } = deployment('prod').environment.lake;
  expect({
    listens: ageOf('listen_events/'),
    ...Object.fromEntries(Object.entries(lakeFolders).map(([name, prefix]) => [name, ageOf(prefix)])),
  }).toEqual({
    listens: [expireAfterDays],
    dead: [expireAfterDays],
    redriven: [expireAfterDays + 7],
    live: [7],
    commits: [],
    reference: [],
    generator: [],
    locks: [],
  });
});

test('the generator keeps its progress in the folder that it has a right to', () => {
  const prod = deployment('prod').environment;
  expect(generatorEnvironment(prod, namesOf(prod)).BEATFLOW_GENERATOR_STATE).toBe(
    `gs://${namesOf(prod).bucket('lake')}/${lakeFolders.generator}`.slice(0, -1),
  );
});

test('no program may overwrite or delete a commit record or a claim on dead letters', () => {
  const changing = ['roles/storage.objectUser', 'roles/storage.objectAdmin', 'roles/storage.admin'];
  const grants = resourcesOf('prod')
    .filter(({ type, stack }) => type === 'google_storage_bucket_iam_member' && stack === 'lake')
    .map(({ attributes }) => attributes as { role: string; condition?: { expression: string } })
    .filter(({ role }) => changing.includes(role));
  expect(grants.length).toBeGreaterThan(2);
  const place = `projects/_/buckets/${namesOf(deployment('prod').environment).bucket('lake')}/objects/`;
  for (const folder of [lakeFolders.commits, lakeFolders.redriven]) {
    for (const { condition } of grants) {
      const terms = condition?.expression.split(/ (?:&&|\|\|) /) ?? [];
      const only = terms.some((term) => term.startsWith('resource.name.startsWith('));
      const but = terms.includes(`!resource.name.startsWith("${place}${folder}")`);
      expect([condition?.expression, only || but]).toEqual([condition?.expression, true]);
      expect(terms).not.toContain(`resource.name.startsWith("${place}${folder}")`);
    }
  }
});

test('what only Google may do in its own project is granted to its agents alone', () => {
  const agents = resourcesOf('prod')
    .filter(({ type }) => type === 'google_kms_crypto_key_iam_member')
    .map(({ attributes }) => String(attributes.member));
  expect(agents.length).toBeGreaterThan(3);
  for (const agent of agents)
    expect(agent).toMatch(
      /123456789012@(gs-project-accounts|bigquery-encryption|compute-system|cloudcomposer-accounts)\./,
    );
});
