import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';

/** A file that a machine gets at each boot. */
interface BootFile {
  readonly path: string;
  readonly content: string;
  /** Octal text. @default 0644 */
  readonly permissions?: string;
}

/** A systemd unit that a machine runs. */
interface BootUnit {
  /** With its suffix, for example `beatflow-consumer.service`. */
  readonly name: string;
  readonly content: string;
}

/** What a machine boots, apart from its operating system. */
export interface BootSpec {
  readonly files: readonly BootFile[];
  /** In the order in which they are started. */
  readonly units: readonly BootUnit[];
}

/** Folder of everything that a boot writes; the rest of Container-Optimized OS's disk is read-only or lost. */
export const bootFolder = '/var/lib/beatflow';

/** A shell script of this folder as a file of the machine. Scripts are run by name of their shell: /var is noexec. */
export function bootScript(name: string): BootFile {
  return {
    path: `${bootFolder}/bin/${name}`,
    content: readFileSync(new URL(name, import.meta.url), 'utf8'),
    permissions: '0755',
  };
}

/**
 * The cloud-init configuration of a Container-Optimized OS machine. cloud-init writes the files at every boot, since
 * `/etc` does not outlive one.
 */
export function cloudConfig({ files, units }: BootSpec): string {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const config = {
    write_files: [
      ...[...byPath.values()].map(({ path, content, permissions = '0644' }) => ({
        path,
        permissions,
        owner: 'root',
        content,
      })),
      ...units.map(({ name, content }) => ({
        path: `/etc/systemd/system/${name}`,
        permissions: '0644',
        owner: 'root',
        content,
      })),
    ],
    runcmd: [
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'start', '--no-block', ...units.map(({ name }) => name)],
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}
