import { type BootSpec, bootFolder, bootScript } from './cloud-config.ts';

/** A Kafka broker on a machine. */
interface BrokerBoot {
  readonly project: string;
  /** What the names of its secrets begin with. */
  readonly secretPrefix: string;
  /** Image of Apache Kafka, through the private mirror. */
  readonly image: string;
  /** Name by which clients find the machine. */
  readonly host: string;
  readonly port: number;
  /** Device name of the disk that holds the log. */
  readonly diskDevice: string;
  readonly heapMib: number;
  readonly retentionHours: number;
}

/** Name of the unit that is up while the broker is. */
export const brokerUnit = 'beatflow-broker.service';

/** Days after which the broker is started anew and with it gets a new certificate; one is valid for 825. */
const certificateRenewalDays = 365;

/** Where the official image has Kafka's jars. */
const classpath = '/opt/kafka/libs/*';

/**
 * Files and units by which a machine becomes the broker: disk, certificate and passwords first, then Kafka itself.
 * Its controller listens on loopback only, and no listener is without TLS on the network.
 */
export function brokerBoot(props: BrokerBoot): BootSpec {
  const home = `${bootFolder}/broker`;
  const data = '/mnt/disks/kafka';
  const script = (name: string, ...args: readonly string[]) =>
    ['/bin/bash', `${bootFolder}/bin/${name}`, ...args].join(' ');
  const settings = {
    BEATFLOW_PROJECT: props.project,
    SECRET_PREFIX: props.secretPrefix,
    BROKER_HOME: home,
    BROKER_DATA: data,
    BROKER_HOST: props.host,
    BROKER_PORT: props.port,
    BROKER_IMAGE: props.image,
    CONTROLLER_PORT: props.port + 1,
    LISTEN_ADDRESS: '0.0.0.0',
    KAFKA_CLASSPATH: classpath,
    RETENTION_HOURS: props.retentionHours,
    HOME: bootFolder,
  };
  const open = `INPUT -p tcp --dport ${props.port} -j ACCEPT`;
  return {
    files: [
      ...[
        'google.sh',
        'docker-login.sh',
        'mount-disk.sh',
        'broker.sh',
        'setup-broker.sh',
        'rotate-password.sh',
        'rotate-authority.sh',
      ].map(bootScript),
      {
        path: `${bootFolder}/broker.env`,
        content: Object.entries(settings)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
        permissions: '0600',
      },
    ],
    units: [
      {
        name: brokerUnit,
        content: `[Unit]
Description=Apache Kafka
Wants=network-online.target docker.service
After=network-online.target docker.service
StartLimitIntervalSec=0

[Service]
EnvironmentFile=${bootFolder}/broker.env
ExecStartPre=${script('mount-disk.sh', `/dev/disk/by-id/google-${props.diskDevice}`, data)}
ExecStartPre=${script('docker-login.sh', props.image.split('/')[0] ?? '')}
ExecStartPre=${script('setup-broker.sh')}
ExecStartPre=/sbin/iptables -w -A ${open}
ExecStartPre=-/usr/bin/docker rm --force beatflow-broker
ExecStart=/usr/bin/docker run --rm --name beatflow-broker --network host --user 0 --entrypoint java --volume ${home}:${home}:ro --volume ${data}:${data} ${props.image} -Xmx${props.heapMib}m -XX:+ExitOnOutOfMemoryError -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.yaml -Dkafka.logs.dir=/tmp -cp ${classpath} kafka.Kafka ${home}/server.properties
ExecStop=/usr/bin/docker stop --time 60 beatflow-broker
ExecStopPost=-/sbin/iptables -w -D ${open}
TimeoutStartSec=900
TimeoutStopSec=90
RuntimeMaxSec=${certificateRenewalDays}d
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
`,
      },
    ],
  };
}
