import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const host = join(root, '__tests__/boot/host');

/** How a machine of the test differs from one in the cloud. */
interface HostProps {
  /** Folder that stands for the machine's own disk. */
  readonly folder: string;
  /** Texts of units and settings (never of scripts) that name what is elsewhere here, and what they become. */
  readonly replaced: Readonly<Record<string, string>>;
  /** `host:port` of the stub of Google's servers. */
  readonly google: string;
}

interface Unit {
  readonly pre: readonly string[];
  readonly start: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What one command said. */
interface Said {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Boots a user-data on this machine: writes its files, and runs the commands of its units as systemd would. Scripts
 * are the bytes of the user-data; docker, mount and their like are those of `host/`.
 */
export class Host {
  readonly #props: HostProps;
  readonly #units = new Map<string, string>();
  readonly #running: ChildProcess[] = [];
  readonly log: string;

  constructor(userData: string, props: HostProps) {
    this.#props = props;
    this.log = join(props.folder, 'host.log');
    mkdirSync(props.folder, { recursive: true });
    writeFileSync(this.log, '');
    const { write_files: files } = parse(userData) as { write_files: { path: string; content: string }[] };
    for (const { path, content } of files) {
      const unit = /^\/etc\/systemd\/system\/(.+)$/.exec(path)?.[1];
      if (unit) {
        this.#units.set(unit, this.#here(content));
        continue;
      }
      const target = this.#here(path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, path.endsWith('.sh') ? content : this.#here(content));
    }
  }

  #here(text: string): string {
    return Object.entries(this.#props.replaced).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  }

  #unit(name: string): Unit {
    const text = this.#units.get(name);
    if (text === undefined)
      throw new Error(`there is no unit ${name}, only ${[...this.#units.keys()].join(', ')}`);
    const values = (key: string) =>
      [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value ?? '');
    const files = values('EnvironmentFile').map((path) => readFileSync(path, 'utf8'));
    const pairs = [...values('Environment'), ...files.flatMap((file) => file.split('\n'))].filter(Boolean);
    return {
      pre: values('ExecStartPre'),
      start: values('ExecStart')[0] ?? '',
      environment: Object.fromEntries(
        pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      ),
    };
  }

  /** Starts a command of a unit as systemd does: words, no shell, nothing of this process's environment. */
  #spawn(command: string, environment: Readonly<Record<string, string>>) {
    const words = command.replace(/^-/, '').split(' ');
    const [program = '', ...args] = words.map((word) =>
      word.replace(/^\/(usr\/bin|sbin)\/(docker|iptables)$/, `${host}/$2`),
    );
    const child = spawn(program, args, {
      env: {
        PATH: `${host}:${dirname(process.execPath)}:${process.env.PATH}`,
        HOST_LOG: this.log,
        HOST_JARS: join(root, '.beatflow/tools/kafka'),
        GCE_METADATA_HOST: this.#props.google,
        BEATFLOW_STORAGE_ENDPOINT: `http://${this.#props.google}`,
        BEATFLOW_SECRETS_ENDPOINT: `http://${this.#props.google}`,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { output: '' };
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (said.output += String(chunk)));
    return { child, said };
  }

  async #run(command: string, environment: Readonly<Record<string, string>>): Promise<Said> {
    const { child, said } = this.#spawn(command, environment);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output: said.output };
  }

  /** Runs what comes before the start of a unit; stops at the first failure, as systemd does. */
  async prepare(name: string): Promise<Said> {
    const { pre, environment } = this.#unit(name);
    let output = '';
    for (const command of pre) {
      const said = await this.#run(command, environment);
      output += said.output;
      if (said.code !== 0 && !command.startsWith('-')) return { code: said.code, output };
    }
    return { code: 0, output };
  }

  /** Runs a script of the machine, as somebody does who is logged in: without the settings of any unit. */
  script(name: string, ...args: readonly string[]): Promise<Said> {
    return this.#run(['/bin/bash', this.#here(`/var/lib/beatflow/bin/${name}`), ...args].join(' '), {});
  }

  /** Runs the unit's own command to its end. */
  async finish(name: string): Promise<Said> {
    const { start, environment } = this.#unit(name);
    return this.#run(start, environment);
  }

  /** Starts the unit's own command and leaves it running. */
  start(name: string): { readonly said: { readonly output: string }; stop(): Promise<void> } {
    const { start, environment } = this.#unit(name);
    const { child, said } = this.#spawn(start, environment);
    this.#running.push(child);
    return { said, stop: () => stopped(child) };
  }

  /** Stops whatever runs, the last first. */
  async off(): Promise<void> {
    for (const child of this.#running.reverse()) await stopped(child);
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'close');
}
