import type { ArtifactFile } from '../artifact.ts';
import { type BootSpec, bootFolder, bootScript } from './cloud-config.ts';

/** Where a program finds its secrets, each a file. */
export const secretsMount = '/secrets';

/** A bundled program on a machine. */
export interface ProgramBoot {
  readonly program: string;
  readonly description: string;
  readonly artifact: ArtifactFile;
  readonly artifactsBucket: string;
  /** Image with Node, through the private mirror. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Secrets that the program reads, by the name of the file that holds each. @default none */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Project of the secrets. */
  readonly project: string;
  /** Whether it runs for ever, or once at each boot. @default for ever */
  readonly runs?: 'for ever' | 'once';
  /** Units that must be up before. @default none of ours */
  readonly after?: readonly string[];
  /** TCP ports that the machine's own firewall opens. @default none */
  readonly openPorts?: readonly number[];
  /** Seconds that the program gets to finish what it holds. */
  readonly stopSeconds: number;
}

/**
 * Files and units by which a machine fetches a program, checks that it is the planned one and keeps it running. Its
 * container sees the host's network and nothing of its disk but the program.
 */
export function programBoot(props: ProgramBoot): BootSpec {
  const { program, artifact, image, after = [], openPorts = [], stopSeconds } = props;
  const unit = `beatflow-${program}`;
  const bundle = `${bootFolder}/programs/${program}.mjs`;
  const variables = `${bootFolder}/${program}.env`;
  const secrets = Object.entries(props.secrets ?? {});
  const secretsFolder = `${bootFolder}/secrets/${program}`;
  const secretsVolume = secrets.length > 0 ? ` --volume ${secretsFolder}:${secretsMount}:ro` : '';
  const once = props.runs === 'once';
  const registry = image.split('/')[0];
  const bash = (script: string, ...args: readonly string[]) =>
    ['/bin/bash', `${bootFolder}/bin/${script}`, ...args].join(' ');
  const waits = ['network-online.target', 'docker.service', ...after].join(' ');
  return {
    files: [
      bootScript('google.sh'),
      bootScript('fetch-artifact.sh'),
      bootScript('docker-login.sh'),
      ...(secrets.length > 0 ? [bootScript('fetch-secret.sh')] : []),
      { path: variables, content: environmentFile(props.environment), permissions: '0600' },
    ],
    units: [
      {
        name: `${unit}.service`,
        content: `[Unit]
Description=${props.description}
Wants=${waits}
After=${waits}
StartLimitIntervalSec=0

[Service]
${once ? 'Type=oneshot\nRemainAfterExit=yes\n' : ''}Environment=HOME=${bootFolder}
${openPorts.map((port) => `ExecStartPre=/sbin/iptables -w -A INPUT -p tcp --dport ${port} -j ACCEPT\n`).join('')}ExecStartPre=${bash('fetch-artifact.sh', props.artifactsBucket, artifact.name, artifact.sha256, bundle)}
ExecStartPre=${bash('docker-login.sh', registry ?? '')}
${secrets.map(([file, secret]) => `ExecStartPre=${bash('fetch-secret.sh', props.project, secret, `${secretsFolder}/${file}`)}\n`).join('')}ExecStartPre=-/usr/bin/docker rm --force ${unit}
ExecStart=/usr/bin/docker run --rm --name ${unit} --network host --read-only --env-file ${variables} --volume ${bundle}:/program.mjs:ro${secretsVolume} ${image} node /program.mjs
ExecStop=${once ? '-' : ''}/usr/bin/docker stop --time ${stopSeconds} ${unit}
${openPorts.map((port) => `ExecStopPost=-/sbin/iptables -w -D INPUT -p tcp --dport ${port} -j ACCEPT\n`).join('')}TimeoutStartSec=600
TimeoutStopSec=${stopSeconds + 30}
Restart=${once ? 'on-failure' : 'always'}
RestartSec=10

[Install]
WantedBy=multi-user.target
`,
      },
    ],
  };
}

/** Variables as docker's --env-file reads them: one a line, no quoting, so a value cannot span lines. */
function environmentFile(environment: Readonly<Record<string, string>>): string {
  const lines = Object.keys(environment)
    .sort()
    .map((name) => {
      const value = environment[name] ?? '';
      if (/[\r\n]/.test(value)) throw new Error(`${name} spans lines, which an environment file cannot hold`);
      return `${name}=${value}\n`;
    });
  return lines.join('');
}

/** Several boots as one; shared files are written once. */
export function joinBoots(...boots: readonly BootSpec[]): BootSpec {
  return { files: boots.flatMap(({ files }) => files), units: boots.flatMap(({ units }) => units) };
}
