import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyEdit, type Wish } from './guide.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What became of a command. */
interface Ran {
  readonly command: string;
  readonly status: number;
  readonly output: string;
}

/** A person's copy of the repository as it is now, uncommitted files included, with the installed tools of this one. */
export class ForkCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'beatflow-fork-'));

  constructor() {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    });
    for (const path of files.split('\0').filter((name) => name && existsSync(join(root, name)))) {
      cpSync(join(root, path), join(this.folder, path));
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    mkdirSync(join(this.folder, '.beatflow'));
    symlinkSync(join(root, '.beatflow', 'tools'), join(this.folder, '.beatflow', 'tools'));
    this.#git('init', '--quiet');
    writeFileSync(join(this.folder, '.git', 'info', 'exclude'), 'node_modules\n');
    this.commit();
  }

  /** Makes all that a wish's section says to edit. */
  edit({ edits }: Wish): void {
    for (const edit of edits) {
      const path = join(this.folder, edit.path);
      const after = applyEdit(edit, existsSync(path) ? readFileSync(path, 'utf8') : undefined);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, after);
    }
  }

  /** The files that are not as they were at the last commit, in order. */
  changes(): readonly string[] {
    const lines = this.#git('status', '--porcelain', '--untracked-files=all').split('\n').filter(Boolean);
    return lines.map((line) => line.slice(3)).sort();
  }

  commit(): void {
    this.#git('add', '--all');
    const person = [
      '-c',
      'user.name=A person',
      '-c',
      'user.email=person@example.com',
      '-c',
      'core.hooksPath=',
    ];
    this.#git(...person, 'commit', '--quiet', '--no-gpg-sign', '--message', 'As it is');
  }

  /** Runs a line of shell as a person would, who is in the copy and watches no test; ends with the output's end. */
  run(command: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const ofTheTests = ['CI', 'JEST_WORKER_ID', 'NODE_ENV', 'BEATFLOW_REQUIRED_TIERS'];
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !ofTheTests.includes(name)),
    );
    // The bootstrap before `npm start` must not replace what is installed, which the copy shares with this checkout.
    const shared = { npm_config_ignore_scripts: 'true' };
    const path = `${join(this.folder, 'node_modules', '.bin')}:${process.env.PATH}`;
    return new Promise((resolve) => {
      execFile(
        'sh',
        ['-c', command],
        { cwd: this.folder, maxBuffer: 1 << 26, env: { ...inherited, ...shared, ...env, PATH: path } },
        (error, stdout, stderr) =>
          resolve({
            command,
            status: error ? Number(error.code ?? 1) : 0,
            output: error ? `${stdout}${stderr}`.slice(-6000) : stdout,
          }),
      );
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.folder, encoding: 'utf8' });
  }
}
