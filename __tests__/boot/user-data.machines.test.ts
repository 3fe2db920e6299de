import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { deployments, synthesise, writeArtifacts } from '../support/deployments.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-machines-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = fileURLToPath(new URL('../../', import.meta.url));

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 280_000,
  });
  return { status, output: `${stdout}${stderr}` };
}

/** Every machine of every deployment with what it boots. */
const machines = [...(await deployments())].flatMap(([variant, environment]) => {
  const outdir = join(folder, variant);
  synthesise(environment, writeArtifacts(join(folder, 'artifacts')), outdir);
  const streaming = join(outdir, 'stacks', `${environment.name}-streaming`, 'cdk.tf.json');
  const { resource } = JSON.parse(readFileSync(streaming, 'utf8'));
  const all: Record<string, { metadata: Record<string, string> }> = {
    ...resource.google_compute_instance,
    ...resource.google_compute_instance_template,
  };
  return Object.entries(all).map(([id, { metadata }]) => {
    const userData = (metadata['user-data'] ?? '').replaceAll(/([$%])\1(?=\{)/g, '$1');
    return [`${variant} ${id}`, userData] as const;
  });
});

test('there are machines to speak of', () => {
  expect(machines.length).toBeGreaterThan(6);
});

test.each(machines)('%s: cloud-init takes the user-data', (name, userData) => {
  const file = join(folder, `${name.replaceAll(' ', '-')}.yml`);
  writeFileSync(file, userData);
  expect(run('cloud-init', 'schema', '--config-file', file)).toMatchObject({
    status: 0,
    output: expect.stringContaining('Valid cloud-config'),
  });
});

test.each(machines)('%s: systemd finds nothing wrong with the units', (name, userData) => {
  const machine = join(folder, 'roots', name.replaceAll(' ', '-'));
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(machine, path)), { recursive: true });
    writeFileSync(join(machine, path), content);
  };
  for (const program of ['/usr/bin/docker', '/bin/bash', '/sbin/iptables']) {
    put(program, '#!/bin/sh\n');
    chmodSync(join(machine, program), 0o755);
  }
  put('/etc/systemd/system/docker.service', '[Service]\nExecStart=/usr/bin/docker\n');
  for (const target of ['network-online', 'basic', 'sysinit', 'multi-user', 'shutdown']) {
    put(`/etc/systemd/system/${target}.target`, `[Unit]\nDescription=${target}\n`);
  }
  const { write_files: files } = parse(userData) as { write_files: { path: string; content: string }[] };
  const units = files.filter(({ path }) => path.startsWith('/etc/systemd/system/'));
  expect(units.length).toBeGreaterThan(0);
  for (const { path, content } of units) put(path, content);
  const names = units.map(({ path }) => path.split('/').at(-1) ?? '');
  // It exits 0 on an unknown key and says so: silence is what counts.
  expect(run('systemd-analyze', 'verify', `--root=${machine}`, ...names)).toEqual({ status: 0, output: '' });
});

test('shellcheck finds nothing wrong with what machines and jobs run', () => {
  const scripts = ['constructs/boot', 'dbt'].flatMap((directory) =>
    readdirSync(join(root, directory))
      .filter((file) => file.endsWith('.sh'))
      .map((file) => join(directory, file)),
  );
  expect(scripts.length).toBeGreaterThan(5);
  expect(run('shellcheck', '--external-sources', ...scripts)).toEqual({ status: 0, output: '' });
});
