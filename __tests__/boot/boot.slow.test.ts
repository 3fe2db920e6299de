import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { namesOf, secretKinds } from '../../environments/model/names.ts';
import { freePort } from '../../runtime/local/free-port.ts';
import { readConfig } from '../../runtime/program/config.ts';
import { provision } from '../../runtime/provision/command.ts';
import { provisionVariables } from '../../runtime/provision/config.ts';
import { buildArtifacts } from '../../scripts/bundle.ts';
import { deployments, synthesise } from '../support/deployments.ts';
import { silentLog } from '../support/pipeline.ts';
import { clientVariables, tryToConnect } from './client.ts';
import { type GoogleStub, startGoogle } from './google.ts';
import { eventsIn, generated, progressIn, safeTime } from './lake-events.ts';
import { Host } from './machine.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-boot-'));
const hosts: Host[] = [];
let google: GoogleStub;
let userData = '';
let replaced: Record<string, string> = {};
const lake = join(folder, 'lake');
const disk = join(folder, 'disk');
const device = join(folder, 'device');

beforeAll(async () => {
  const dev = (await deployments()).get('dev');
  if (!dev) throw new Error('there is no dev');
  const names = namesOf(dev);
  const artifacts = await buildArtifacts(join(folder, 'bundles'));
  synthesise(dev, artifacts, join(folder, 'out'));
  const stack = JSON.parse(readFileSync(join(folder, 'out/stacks/dev-streaming/cdk.tf.json'), 'utf8'));
  const escaped: string = stack.resource.google_compute_instance.stream_instance.metadata['user-data'];
  userData = escaped.replaceAll(/([$%])\1(?=\{)/g, '$1');

  google = await startGoogle(dev.project);
  for (const kind of secretKinds) google.secrets.set(names.secret(kind), []);
  for (const { name, path } of Object.values(artifacts.programs)) {
    google.objects.set(`${names.bucket('artifacts')}/${name}`, readFileSync(path));
  }
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
});
afterAll(() => {
  google.close();
  rmSync(folder, { recursive: true });
});

/** A machine with a boot disk of its own; the broker's disk, the lake and the secrets are the same for all. */
function machine(name: string, settings: Readonly<Record<string, string>> = {}): Host {
  const own = join(folder, name);
  const paths = { '/var/lib/beatflow': join(own, 'var') };
  const host = new Host(userData, {
    folder: own,
    google: google.address,
    replaced: { ...paths, ...here(), ...settings },
  });
  hosts.push(host);
  return host;
}

/** `localhost:9092` only comes to be once the host's name is replaced: order matters. */
const here = () => replaced;

async function until(what: string, condition: () => boolean, seconds = 120): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what}: not after ${seconds} s`);
    await delay(100);
  }
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

const progress = () => progressIn(lake);

/** Starts the generator of a machine, and stops it once it has come further; says what it said. */
async function generateOn(host: Host): Promise<string> {
  expect(await host.prepare('beatflow-generator.service')).toMatchObject({ code: 0 });
  const before = safeTime(progress());
  const generator = host.start('beatflow-generator.service');
  await until('the generator comes further', () => safeTime(progress()) > before).catch((error) => {
    throw new Error(`${error.message}\n${generator.said.output.slice(-2000)}`);
  });
  await generator.stop();
  return generator.said.output;
}

const settled: { clusterId?: string } = {};
const clusterId = () =>
  /^cluster\.id=(.+)$/m.exec(readFileSync(join(disk, 'log/meta.properties'), 'utf8'))?.[1] ?? '';

test('a first boot makes certificate and passwords, and events reach the lake', async () => {
  const host = machine('first');
  await broker(host);
  for (const [name, values] of google.secrets) expect([name, values.length]).toEqual([name, 1]);
  expect(readFileSync(host.log, 'utf8')).toContain('mkfs.ext4');
  settled.clusterId = clusterId();

  for (const unit of ['beatflow-generator.service', 'beatflow-consumer.service']) {
    expect(await host.prepare(unit)).toMatchObject({ code: 0 });
  }
  const generator = host.start('beatflow-generator.service');
  const consumer = host.start('beatflow-consumer.service');
  await until('commit records in the lake', () => recordsIn(lake).length > 0).catch((error) => {
    throw new Error(
      `${error.message}\n${generator.said.output.slice(-2000)}\n${consumer.said.output.slice(-2000)}`,
    );
  });
  await generator.stop();
  await consumer.stop();
  expect(consumer.said.output).not.toContain('"severity":"CRITICAL"');
});

describe('a machine made anew', () => {
  let host: Host;
  let before = '';
  let said = '';
  let running: ReturnType<Host['start']>;

  beforeAll(async () => {
    host = machine('second');
    hosts.pop();
    before = JSON.stringify([...google.secrets]);
    const up = await broker(host);
    said = up.prepared.output;
    running = up.running;
  });
  afterAll(() => host.off());

  test('takes the disk and the secrets that there are, and the chain goes on', async () => {
    expect(said).not.toContain('making');
    expect(JSON.stringify([...google.secrets])).toBe(before);
    expect(readFileSync(host.log, 'utf8')).not.toContain('mkfs.ext4');
    expect(clusterId()).toBe(settled.clusterId);

    expect(await host.prepare('beatflow-consumer.service')).toMatchObject({ code: 0 });
    const consumer = host.start('beatflow-consumer.service');
    await until('the chain goes on', () => consumer.said.output.includes('partition opened at the tail'));
    await consumer.stop();
  });

  test('generates on from where the other stopped, and after a change of settings too: nothing twice', async () => {
    const first = progress();
    expect(generated(first)).toBeGreaterThan(0);
    expect(await generateOn(host)).toContain('going on from the checkpoint');
    const second = progress();
    expect(second.startMs).toBe(first.startMs);
    expect(generated(second)).toBeGreaterThanOrEqual(generated(first));

    const changed = machine('changed', { 'BEATFLOW_USERS=3000': 'BEATFLOW_USERS=3100' });
    const said = await generateOn(changed);
    expect(said).toContain('a new run follows the one with other settings');
    expect(said).toContain('users: it was 3000, now it is 3100');
    const third = progress();
    expect(third.startMs).toBe(safeTime(second));

    const expected = generated(second) + generated(third);
    const consumer = host.start('beatflow-consumer.service');
    let held = await eventsIn(lake);
    for (const deadline = Date.now() + 180_000; held.total < expected && Date.now() < deadline; ) {
      await delay(500);
      held = await eventsIn(lake);
    }
    await consumer.stop();
    expect(held.total).toBe(expected);
    expect(new Set(held.pageViews).size).toBe(held.pageViews.length);
  }, 400_000);

  test('refuses a wrong password, and the program says so in one clear line', async () => {
    const [, values] = [...google.secrets].find(([secret]) => secret.endsWith('kafka-consumer')) ?? [];
    if (!values) throw new Error('there is no secret of the consumer');
    values.push('{"username":"consumer","password":"guessed"}\n');
    try {
      expect(await host.prepare('beatflow-consumer.service')).toMatchObject({ code: 0 });
      const { code, output } = await host.finish('beatflow-consumer.service');
      expect(code).toBe(2);
      const lines = output.split('\n').filter((line) => line.startsWith('consumer: '));
      expect(lines).toEqual([
        expect.stringMatching(/^consumer: Kafka at localhost:\d+ refuses this user or password/),
      ]);
      expect(output).not.toContain('guessed');
    } finally {
      values.pop();
    }
  });

  /** Starts the consumer as its machine would, with what the secrets hold now. */
  async function consumerOpens() {
    expect(await host.prepare('beatflow-consumer.service')).toMatchObject({ code: 0 });
    const consumer = host.start('beatflow-consumer.service');
    await until(
      'the chain goes on',
      () => consumer.said.output.includes('partition opened at the tail'),
      120,
    );
    await consumer.stop();
  }

  test('a user who may not make topics is told which to ask for', async () => {
    const config = readConfig(provisionVariables, {
      ...clientVariables({
        folder,
        address: replaced['localhost:9092'] ?? '',
        ca: valuesOf('kafka-ca').at(-1),
        credentials: valuesOf('kafka-generator').at(-1),
      }),
      BEATFLOW_TOPIC_PARTITIONS: 'auth_events=2',
      BEATFLOW_KAFKA_RIGHTS: 'no',
    });
    await expect(provision(config, { log: silentLog })).rejects.toThrow(
      /does not let this user make topics .*retention\.ms=604800000: auth_events \(2 partitions\)/,
    );
  });

  test('a new password of a program: the old one is refused, and the program finds the new one', async () => {
    const old = valuesOf('kafka-consumer').at(-1);
    expect(await letsIn()).toBe('let in');
    const rotated = await host.script('rotate-password.sh', 'consumer');
    expect(rotated).toMatchObject({
      code: 0,
      output: expect.stringContaining('systemctl restart beatflow-consumer'),
    });
    expect(valuesOf('kafka-consumer')).toHaveLength(2);
    expect(valuesOf('kafka-consumer').at(-1)).not.toBe(old);
    expect(await letsIn(undefined, old)).toMatch(/SASL.*[Aa]uthentication failed/);
    await consumerOpens();
    expect(await host.script('rotate-password.sh', 'root')).toMatchObject({
      code: 1,
      output: expect.stringContaining('one of admin, generator, consumer'),
    });
  }, 400_000);

  test('a new password of the administrator, with which the broker starts again', async () => {
    expect(await host.script('rotate-password.sh', 'admin')).toMatchObject({ code: 0 });
    await running.stop();
    running = (await broker(host)).running;
    await consumerOpens();
  }, 400_000);

  test('a new authority: clients trust both, then the broker changes, then the old one is worth nothing', async () => {
    const old = valuesOf('kafka-ca').at(-1);
    expect(await host.script('rotate-authority.sh', 'finish')).toMatchObject({
      code: 1,
      output: expect.stringContaining('prepare comes first'),
    });
    expect(await host.script('rotate-authority.sh', 'prepare')).toMatchObject({ code: 0 });
    const both = valuesOf('kafka-ca').at(-1);
    expect(both?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(await letsIn(both)).toBe('let in');
    await running.stop();
    running = (await broker(host)).running;
    expect(await letsIn(old)).toBe('let in');

    expect(await host.script('rotate-authority.sh', 'finish')).toMatchObject({ code: 0 });
    await running.stop();
    running = (await broker(host)).running;
    expect(await letsIn(both)).toBe('let in');
    expect(await letsIn(old)).toMatch(/certificate/);
    await consumerOpens();
  }, 600_000);
});

const valuesOf = (kind: string) => {
  const values = [...google.secrets].find(([secret]) => secret.endsWith(`-${kind}`))?.[1];
  if (!values) throw new Error(`there is no secret ${kind}`);
  return values;
};

/** Whether the broker lets somebody in, who trusts these authorities and has these credentials. */
const letsIn = (ca = valuesOf('kafka-ca').at(-1), credentials = valuesOf('kafka-consumer').at(-1)) =>
  tryToConnect(clientVariables({ folder, address: replaced['localhost:9092'] ?? '', ca, credentials }));

test('an artifact that is not what the plan names is refused', async () => {
  const host = machine('fourth');
  const [name, content] = [...google.objects].find(([object]) => object.includes('/generator-')) ?? [];
  if (!name || !content) throw new Error('there is no bundle of the generator');
  google.objects.set(name, Buffer.concat([content, Buffer.from('\n// and more')]));
  try {
    const { code, output } = await host.prepare('beatflow-generator.service');
    expect(code).toBe(1);
    expect(output).toContain('is not what the plan names: its SHA-256 differs');
    expect(readdirSync(join(folder, 'fourth/var/programs'))).toEqual([]);
  } finally {
    google.objects.set(name, content);
  }
});

test('a program waits while its secret has no value', async () => {
  const host = machine('fifth');
  const [name, values] = [...google.secrets].find(([secret]) => secret.endsWith('kafka-generator')) ?? [];
  if (!name || !values) throw new Error('there is no secret of the generator');
  google.secrets.set(name, []);
  try {
    const { code, output } = await host.prepare('beatflow-generator.service');
    expect(code).toBe(1);
    expect(output).toContain(`the secret ${name} has no value that this machine may read yet`);
  } finally {
    google.secrets.set(name, values);
  }
});

test('nothing was asked of Google without a token, or that it does not have, but for the first values', () => {
  const first = secretKinds.map((kind) =>
    expect.stringMatching(new RegExp(`^404 GET .*-${kind}/versions/latest:access$`)),
  );
  expect(google.refused.slice(0, first.length)).toEqual(first);
  expect(google.refused.filter((line) => !line.startsWith('404 GET'))).toEqual([]);
});
