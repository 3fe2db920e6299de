/** What can be said of compose.yaml without an engine: its programs, their variables, its rules. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleCli } from '../../artifacts/bundle-cli.ts';
import { consumerVariables } from '../../runtime/consumer/config.ts';
import { dashboardVariables } from '../../runtime/dashboard/config.ts';
import { generatorVariables } from '../../runtime/generator/config.ts';
import { loaderVariables, readLoaderConfig } from '../../runtime/loader/config.ts';
import { readConfig, type Variables } from '../../runtime/program/config.ts';
import { provisionVariables } from '../../runtime/provision/config.ts';
import { kafkaImage } from '../../stacks/program-environments.ts';
import { environmentOf, service, services, volumes } from './services.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => bundleCli(folder));

const programs: Readonly<Record<string, Variables>> = {
  provision: provisionVariables,
  consumer: consumerVariables,
  generator: generatorVariables,
  dashboard: dashboardVariables,
};

test.each(Object.keys(programs))('%s is given variables that it knows, with values that it takes', (name) => {
  const variables = programs[name] as Variables;
  const known = Object.values(variables).map(({ env }) => env);
  const given = environmentOf(name);
  expect(Object.keys(given).filter((variable) => !known.includes(variable))).toEqual([]);
  readConfig(variables, given);
});

test('the batch is given what the loader, dbt and the publisher read', () => {
  const given = environmentOf('batch');
  const known = Object.values(loaderVariables).map(({ env }) => env as string);
  const script = readFileSync('docker/batch.sh', 'utf8');
  const ofScript = Object.keys(given).filter((variable) => script.includes(`\${${variable}:-`));
  const rest = Object.keys(given).filter((name) => !known.includes(name) && !ofScript.includes(name));
  expect(rest).toEqual(['BEATFLOW_MARTS']);
  expect(readLoaderConfig(given)).toMatchObject({ kind: 'duckdb' });
  expect(readFileSync('dbt/profiles.yml', 'utf8')).toContain('BEATFLOW_DUCKDB_PATH');
});

test('each command is one of the bundle, which needs nothing of the repository', () => {
  const commands = Object.values(services).flatMap(({ command }) => (command ? [command] : []));
  expect(commands).toHaveLength(4);
  for (const command of [...commands, ['load'], ['publish']]) {
    const help = execFileSync(process.execPath, [join(folder, 'beatflow.mjs'), ...command, '--help'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(help).toContain(`Usage: beatflow ${command[0]}`);
  }
});

test('no container may more than it needs', () => {
  expect(Object.keys(services)).toHaveLength(6);
  for (const [name, { cap_drop, security_opt, user, read_only, tmpfs }] of Object.entries(services)) {
    expect([name, cap_drop, security_opt]).toEqual([name, ['ALL'], ['no-new-privileges:true']]);
    // The broker's image comes with its own user, and writes its configuration where it lies.
    if (name !== 'broker')
      expect([name, user, read_only, tmpfs]).toEqual([name, '1000:1000', true, ['/tmp']]);
  }
});

test('only the page is reached from outside, and only from this machine', () => {
  const ports = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => [name, port]),
  );
  expect(ports).toEqual([['dashboard', expect.stringMatching(/^127\.0\.0\.1:/)]]);
});

test('each starts after those that it needs are healthy or done, and each that others wait for can say so', () => {
  const waits = Object.entries(services).flatMap(([name, { depends_on = {} }]) =>
    Object.entries(depends_on).map(([other, { condition }]) => [name, other, condition] as const),
  );
  expect(waits.map(([name, other]) => `${name} after ${other}`)).toEqual([
    'provision after broker',
    'consumer after provision',
    'generator after consumer',
    'batch after consumer',
    'dashboard after batch',
  ]);
  for (const [, other, condition] of waits) {
    if (condition === 'service_healthy') expect(service(other).healthcheck).toBeDefined();
    else
      expect([condition, service(other).restart]).toEqual(['service_completed_successfully', 'on-failure']);
  }
});

test('volumes and images are those that there are, and every version is stated', () => {
  const mounted = Object.values(services).flatMap(({ volumes: all = [] }) =>
    all.map((one) => one.split(':')[0]),
  );
  expect([...new Set(mounted)].sort()).toEqual([...volumes].sort());
  expect(service('broker').image).toBe(kafkaImage);
  const dockerfile = readFileSync('docker/Dockerfile', 'utf8');
  const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, from, name]) => [from, name]);
  const named = stages.map(([, name]) => name);
  for (const [from] of stages) {
    expect(named.includes(from) || /^node:22\.\d+\.\d+-bookworm-slim$/.test(from ?? '')).toBe(true);
  }
  for (const { build } of Object.values(services)) if (build) expect(named).toContain(build.target);
  const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const version of Object.values(optionalDependencies)) expect(dockerfile).toContain(`node:${version}-`);
});
