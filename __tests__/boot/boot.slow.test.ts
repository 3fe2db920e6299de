import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildArtifacts } from '../../artifacts/bundle.ts';
import { namesOf, type SecretKind, secretKinds } from '../../environments/model/names.ts';
import { freePort } from '../../runtime/local/free-port.ts';
import { readConfig } from '../../runtime/program/config.ts';
import { errorMessage } from '../../runtime/program/errors.ts';
import { provision } from '../../runtime/provision/command.ts';
import { provisionVariables } from '../../runtime/provision/config.ts';
import { deployments, synthesise } from '../support/deployments.ts';
import { eventually } from '../support/eventually.ts';
import { silentLogger } from '../support/pipeline.ts';
import { clientVariables, tryToConnect } from './client.ts';
import { type GoogleStub, startGoogle } from './google.ts';
import { eventsIn, generated, progressIn, safeTime } from './lake-events.ts';
import { Host } from './machine.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-boot-'));
const lake = join(folder, 'lake');
const disk = join(folder, 'disk');
const device = join(folder, 'device');
const hosts: Host[] = [];
const stubs: GoogleStub[] = [];
let userData = '';
let project = '';
let objects: ReadonlyMap<string, Buffer>;
let secretNames: readonly string[] = [];
/** What is elsewhere here. `localhost:9092` only comes to be once the host's name is replaced: order matters. */
let replaced: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  const dev = (await deployments()).get('dev');
  if (!dev) throw new Error('there is no dev');
  const names = namesOf(dev);
  const artifacts = await buildArtifacts(join(folder, 'bundles'));
  synthesise(dev, artifacts, join(folder, 'out'));
  const stack = JSON.parse(readFileSync(join(folder, 'out/stacks/dev-streaming/cdk.tf.json'), 'utf8'));
  const escaped: string = stack.resource.google_compute_instance.stream_instance.metadata['user-data'];
  userData = escaped.replaceAll(/([$%])\1(?=\{)/g, '$1');

  project = dev.project;
  secretNames = secretKinds.map((kind) => names.secret(kind));
  objects = new Map(
    Object.values(artifacts.programs).map(({ name, path }) => [
      `${names.bucket('artifacts')}/${name}`,
      readFileSync(path),
    ]),
  );
  const [broker, controller] = [await freePort(0), await freePort(0)];
  writeFileSync(device, '');
  replaced = {
    '/mnt/disks/kafka': disk,
    '/dev/disk/by-id/google-kafka': device,
    [names.brokerHost(names.machine)]: 'localhost',
    'BROKER_PORT=9092': `BROKER_PORT=${broker}`,
    'CONTROLLER_PORT=9093': `CONTROLLER_PORT=${controller}`,
    'localhost:9092': `localhost:${broker}`,
    'LISTEN_ADDRESS=0.0.0.0': 'LISTEN_ADDRESS=127.0.0.1',
    [`gs://${names.bucket('lake')}`]: lake,
    // More than is generated between a start and a stop.
    'BEATFLOW_USERS=1000': 'BEATFLOW_USERS=3000',
    'BEATFLOW_HEALTH_HOST=0.0.0.0': 'BEATFLOW_HEALTH_HOST=127.0.0.1',
    'BEATFLOW_HEALTH_PORT=8081': 'BEATFLOW_HEALTH_PORT=0\nBEATFLOW_COMMIT_INTERVAL_SECONDS=1',
  };
});

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.off();
  for (const stub of stubs.splice(0)) stub.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Google's servers with the bundles of the programs and, in each secret, these values. */
async function googleWith(values: readonly string[]): Promise<GoogleStub> {
  const google = await startGoogle(project);
  stubs.push(google);
  for (const name of secretNames) google.secrets.set(name, [...values]);
  for (const [name, content] of objects) google.objects.set(name, content);
  return google;
}

/** A machine with a boot disk of its own; the broker's disk and the lake are the same for all. */
function machine(name: string, google: GoogleStub, settings: Readonly<Record<string, string>> = {}): Host {
  const own = join(folder, name);
  const paths = { '/var/lib/beatflow': join(own, 'var') };
  const host = new Host(userData, {
    folder: own,
    google: google.address,
    replaced: { ...paths, ...replaced, ...settings },
  });
  hosts.push(host);
  return host;
}

const recordsIn = (path: string) =>
  existsSync(path)
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /_commits\/.*\.json$/.test(name),
      )
    : [];

/** Brings the broker up; the provisioning that follows waits for it. */
async function broker(host: Host) {
  const prepared = await host.prepare('beatflow-broker.service');
  if (prepared.code !== 0) throw new Error(prepared.output);
  const running = host.start('beatflow-broker.service');
  expect(await host.prepare('beatflow-provision.service')).toMatchObject({ code: 0 });
  const provisioned = await host.finish('beatflow-provision.service');
  expect(provisioned).toMatchObject({ code: 0, output: expect.stringContaining('"provisioned"') });
  return { prepared, running };
}

/** Starts a program of a machine. */
async function start(host: Host, program: 'generator' | 'consumer') {
  expect(await host.prepare(`beatflow-${program}.service`)).toMatchObject({ code: 0 });
  return host.start(`beatflow-${program}.service`);
}

/** Waits for what programs do; says what they said when it never comes. */
async function eventuallyOf(
  programs: readonly ReturnType<Host['start']>[],
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  await eventually(what, condition, 180_000).catch((error: Error) => {
    throw new Error([error.message, ...programs.map(({ said }) => said.output.slice(-2000))].join('\n'));
  });
}

/** Starts the consumer as its machine would, with what the secrets hold now, and waits until it reads. */
async function consumerOpens(host: Host) {
  const consumer = await start(host, 'consumer');
  await eventuallyOf([consumer], 'the chain goes on', () =>
    consumer.said.output.includes('partition opened at the tail'),
  );
  return consumer;
}

const progress = () => progressIn(lake);

/** Starts the generator of a machine, and stops it once it has come further; says what it said. */
async function generateOn(host: Host): Promise<string> {
  const before = safeTime(progress());
  const generator = await start(host, 'generator');
  await eventuallyOf([generator], 'the generator comes further', () => safeTime(progress()) > before);
  await generator.stop();
  return generator.said.output;
}

const clusterId = () =>
  /^cluster\.id=(.+)$/m.exec(readFileSync(join(disk, 'log/meta.properties'), 'utf8'))?.[1];

/** A part of a test that goes on from where the part before it was; a failure tells its name. */
async function step<Result>(name: string, part: () => Promise<Result>): Promise<Result> {
  try {
    return await part();
  } catch (error) {
    throw new Error(`${name}: ${errorMessage(error)}`, { cause: error });
  }
}

test('a machine is booted, made anew, and given new passwords and a new authority, and the chain goes on', async () => {
  const google = await googleWith([]);
  const valuesOf = (kind: SecretKind) => {
    const values = [...google.secrets].find(([secret]) => secret.endsWith(`-${kind}`))?.[1];
    if (!values) throw new Error(`there is no secret ${kind}`);
    return values;
  };
  const newest = (kind: SecretKind) => valuesOf(kind).at(-1);
  const brokerAddress = replaced['localhost:9092'] ?? '';
  /** Whether the broker lets somebody in, who trusts these authorities and has these credentials. */
  const letsIn = (ca = newest('kafka-ca'), credentials = newest('kafka-consumer')) =>
    tryToConnect(clientVariables({ folder, address: brokerAddress, ca, credentials }));

  const cluster = await step(
    'a first boot makes certificate and passwords, events reach the lake',
    async () => {
      const first = machine('first', google);
      const { running } = await broker(first);
      for (const [name, values] of google.secrets) expect([name, values.length]).toEqual([name, 1]);
      expect(readFileSync(first.log, 'utf8')).toContain('mkfs.ext4');

      const programs = [await start(first, 'generator'), await start(first, 'consumer')];
      await eventuallyOf(programs, 'there are commit records in the lake', () => recordsIn(lake).length > 0);
      for (const program of programs) await program.stop();
      expect(programs[1]?.said.output).not.toContain('"severity":"CRITICAL"');
      expect(generated(progress())).toBeGreaterThan(0);
      await running.stop();
      expect(clusterId()).toBeDefined();
      return clusterId();
    },
  );

  const host = machine('second', google);
  let { running, consumer } = await step(
    'made anew it takes the disk and secrets that there are',
    async () => {
      const before = JSON.stringify([...google.secrets]);
      const up = await broker(host);
      expect(up.prepared.output).not.toContain('making');
      expect(JSON.stringify([...google.secrets])).toBe(before);
      expect(readFileSync(host.log, 'utf8')).not.toContain('mkfs.ext4');
      expect(clusterId()).toBe(cluster);
      return { running: up.running, consumer: await consumerOpens(host) };
    },
  );

  await step('it generates on, after a change of settings too: nothing twice', async () => {
    const first = progress();
    expect(await generateOn(host)).toContain('going on from the checkpoint');
    const second = progress();
    expect(second.startMs).toBe(first.startMs);
    expect(generated(second)).toBeGreaterThanOrEqual(generated(first));

    const changed = machine('changed', google, { 'BEATFLOW_USERS=3000': 'BEATFLOW_USERS=3100' });
    const said = await generateOn(changed);
    expect(said).toContain('a new run follows the one with other settings');
    expect(said).toContain('users: it was 3000, now it is 3100');
    const third = progress();
    expect(third.startMs).toBe(safeTime(second));

    const expected = generated(second) + generated(third);
    let held = await eventsIn(lake);
    await eventuallyOf([consumer], 'the lake has all events', async () => {
      held = await eventsIn(lake);
      return held.total >= expected;
    });
    await consumer.stop();
    held = await eventsIn(lake);
    expect(held.total).toBe(expected);
    expect(new Set(held.pageViews).size).toBe(held.pageViews.length);
  });

  await step('a wrong password is refused, and the program says so in one clear line', async () => {
    const values = valuesOf('kafka-consumer');
    values.push('{"username":"consumer","password":"guessed"}\n');
    expect(await host.prepare('beatflow-consumer.service')).toMatchObject({ code: 0 });
    const { code, output } = await host.finish('beatflow-consumer.service');
    expect(code).toBe(2);
    const lines = output.split('\n').filter((line) => line.startsWith('consumer: '));
    expect(lines).toEqual([
      expect.stringMatching(/^consumer: Kafka at localhost:\d+ refuses this user or password/),
    ]);
    expect(output).not.toContain('guessed');
    values.pop();
  });

  await step('a user who may not make topics is told which to ask for', async () => {
    const config = readConfig(provisionVariables, {
      ...clientVariables({
        folder,
        address: brokerAddress,
        ca: newest('kafka-ca'),
        credentials: newest('kafka-generator'),
      }),
      BEATFLOW_TOPIC_PARTITIONS: 'auth_events=2',
      BEATFLOW_KAFKA_RIGHTS: 'no',
    });
    await expect(provision(config, { logger: silentLogger })).rejects.toThrow(
      /does not let this user make topics .*retention\.ms=604800000: auth_events \(2 partitions\)/,
    );
  });

  await step(
    'a new password of a program: the old one is refused, the program finds the new one',
    async () => {
      const old = newest('kafka-consumer');
      expect(await letsIn()).toBe('let in');
      expect(await host.script('rotate-password.sh', 'consumer')).toMatchObject({
        code: 0,
        output: expect.stringContaining('systemctl restart beatflow-consumer'),
      });
      expect(valuesOf('kafka-consumer')).toHaveLength(2);
      expect(newest('kafka-consumer')).not.toBe(old);
      expect(await letsIn(undefined, old)).toMatch(/SASL.*[Aa]uthentication failed/);
      consumer = await consumerOpens(host);
      await consumer.stop();
      expect(await host.script('rotate-password.sh', 'root')).toMatchObject({
        code: 1,
        output: expect.stringContaining('one of admin, generator, consumer'),
      });
    },
  );

  const oldAuthority = newest('kafka-ca');
  await step('with a new authority prepared, clients trust both', async () => {
    expect(await host.script('rotate-authority.sh', 'finish')).toMatchObject({
      code: 1,
      output: expect.stringContaining('prepare comes first'),
    });
    expect(await host.script('rotate-authority.sh', 'prepare')).toMatchObject({ code: 0 });
    expect(newest('kafka-ca')?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(await letsIn()).toBe('let in');
  });
  const both = newest('kafka-ca');

  await step('the broker starts again with a new password of its administrator', async () => {
    expect(await host.script('rotate-password.sh', 'admin')).toMatchObject({ code: 0 });
    await running.stop();
    running = (await broker(host)).running;
    expect(await letsIn(oldAuthority)).toBe('let in');
  });

  await step('then the broker has the new authority, and the old one is worth nothing', async () => {
    expect(await host.script('rotate-authority.sh', 'finish')).toMatchObject({ code: 0 });
    await running.stop();
    running = (await broker(host)).running;
    expect(await letsIn(both)).toBe('let in');
    expect(await letsIn(oldAuthority)).toMatch(/certificate/);
    await (await consumerOpens(host)).stop();
  });

  await step(
    'Google was asked for nothing without a token, or that it does not have, but first values',
    async () => {
      expect(google.refused).toEqual(
        secretKinds.map((kind) =>
          expect.stringMatching(new RegExp(`^404 GET .*-${kind}/versions/latest:access$`)),
        ),
      );
    },
  );
}, 1_200_000);

test('an artifact that is not what the plan names is refused', async () => {
  const google = await googleWith(['a value']);
  const [name, content] = [...google.objects].find(([object]) => object.includes('/generator-')) ?? [];
  if (!name || !content) throw new Error('there is no bundle of the generator');
  google.objects.set(name, Buffer.concat([content, Buffer.from('\n// and more')]));
  const { code, output } = await machine('third', google).prepare('beatflow-generator.service');
  expect(code).toBe(1);
  expect(output).toContain('is not what the plan names: its SHA-256 differs');
  expect(readdirSync(join(folder, 'third/var/programs'))).toEqual([]);
});

test('a program waits while its secret has no value', async () => {
  const google = await googleWith(['a value']);
  const name = secretNames.find((secret) => secret.endsWith('kafka-generator'));
  if (!name) throw new Error('there is no secret of the generator');
  google.secrets.set(name, []);
  const { code, output } = await machine('fourth', google).prepare('beatflow-generator.service');
  expect(code).toBe(1);
  expect(output).toContain(`the secret ${name} has no value that this machine may read yet`);
});
