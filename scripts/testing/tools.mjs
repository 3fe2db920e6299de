/** Tools of test tiers that the bootstrap does not bring: each function makes one ready, or says what it lacks. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What of a command's complaint tells a person the cause. */
const firstLines = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length > 0)
    .slice(0, 3)
    .join(' ');

/** Whether a command is there and answers. */
export const has = (command, args = ['--version']) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/**
 * The emulator of Cloud Storage, built once with Go into .beatflow/tools.
 * @returns {string | undefined} what is missing
 */
export function installedEmulator(root) {
  const emulator = join(root, '.beatflow/tools/bin/fake-gcs-server');
  if (existsSync(emulator)) return undefined;
  process.stdout.write('\nbuilding fake-gcs-server, once\n');
  const { status } = spawnSync('go', ['install', 'github.com/fsouza/fake-gcs-server@v1.56.1'], {
    stdio: 'inherit',
    env: { ...process.env, GOBIN: dirname(emulator), CGO_ENABLED: '0' },
  });
  return status === 0 ? undefined : 'fake-gcs-server, which go install could not build; see above';
}

/**
 * Terraform with the google provider, from the registry or from a mirror that the person's own Terraform
 * configuration names.
 * @returns {string | undefined} what is missing
 */
export function missingTerraform(root) {
  if (!has('terraform', ['version'])) {
    return 'Terraform 1.5 or newer: https://developer.hashicorp.com/terraform/install';
  }
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules/@cdktf/provider-google/package.json'), 'utf8'),
  ).cdktf.provider;
  const folder = mkdtempSync(join(tmpdir(), 'beatflow-provider-'));
  try {
    const google = { source: 'registry.terraform.io/hashicorp/google', version };
    writeFileSync(
      join(folder, 'main.tf.json'),
      JSON.stringify({ terraform: { required_providers: { google } } }),
    );
    const init = spawnSync('terraform', [`-chdir=${folder}`, 'init', '-no-color', '-input=false'], {
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    });
    if (init.status === 0) return undefined;
    return `the google provider ${version}, which terraform init could not get (${firstLines(init.stderr ?? '')})`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Python of an environment that {@link missingPythonTool} makes. */
export const toolPython = (root, tool) => join(root, '.beatflow/tools', tool, 'bin/python');

/**
 * A Python tool, installed once from its lock file with hashes into .beatflow/tools.
 * @returns {string | undefined} what is missing
 */
export function missingPythonTool(root, tool, lockFile) {
  const lock = join(root, lockFile);
  const home = join(root, '.beatflow/tools', tool);
  const stamp = join(home, 'lock.sha256');
  const hash = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return undefined;
  const uv = join(root, '.beatflow/tools/uv/bin/uv');
  const steps = [
    ['venv', '-q', '--clear', '--python', join(root, '.beatflow/tools/python/bin/python'), home],
    ['pip', 'sync', '-q', '--python', toolPython(root, tool), '--compile-bytecode', '--require-hashes', lock],
  ];
  for (const args of steps) {
    const { status, stderr, error } = spawnSync(uv, args, { encoding: 'utf8', timeout: 600_000 });
    if (status !== 0) return `${tool}, which could not be installed (${firstLines(stderr ?? String(error))})`;
  }
  writeFileSync(stamp, hash);
  return undefined;
}

/**
 * What checks the files that machines boot from.
 * @returns {string | undefined} what is missing
 */
export function missingMachineTools() {
  const tools = { 'cloud-init': 'cloud-init', shellcheck: 'shellcheck', 'systemd-analyze': 'systemd' };
  const missing = Object.keys(tools).filter((tool) => !has(tool));
  if (missing.length === 0) return undefined;
  return `${missing.join(', ')}: apt-get install ${missing.map((tool) => tools[tool]).join(' ')}`;
}
