import type { TopicName } from '../../runtime/contract/topics.ts';

/** Names the reason for going without something that a deployment should have. */
interface Without {
  readonly none: true;
  /** Why this deployment does without it; a reviewer reads it. */
  readonly reason: string;
}

/** Where Terraform keeps its state. */
type State =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'gcs';
      /** A bucket that exists already, versioned, that only the deployers can read. */
      readonly bucket: string;
    };

/** Whether a destroy, or a change that replaces what holds data, is refused. */
export type Protection =
  | { readonly protected: true }
  | { readonly unprotected: true; readonly reason: string };

/** Whose keys encrypt the data at rest. */
type Encryption =
  | { readonly keys: 'google' }
  | {
      readonly keys: 'customer';
      /** Days between rotations of each key; 90 at most. */
      readonly rotationDays: number;
    };

/** The ranges of the private network; all of them apart from each other. */
interface NetworkSettings {
  /** Range of the machines' subnet, for example 10.20.0.0/24. */
  readonly machinesCidr: string;
  /** Whether machines get a way out to the internet; needed only by an external Kafka. */
  readonly nat: boolean;
}

/** What happens to objects of the lake over time. */
export interface LakeSettings {
  /** How a deleted or overwritten object can be brought back, and for how long. */
  readonly undelete: { readonly by: 'soft-delete' | 'versions'; readonly days: number };
  /** Days after which data files move to cheaper, slower storage. */
  readonly coldAfterDays: number;
  /** Days after which data files and dead letters are deleted; commit records stay. */
  readonly expireAfterDays: number;
}

/** How long the raw tables keep an hour. */
interface WarehouseSettings {
  /** 1 to 416: BigQuery allows 10,000 hourly partitions in a table. */
  readonly rawExpirationDays: number;
}

/** One Kafka broker on a machine of its own or of the whole pipeline. */
interface VmKafka {
  readonly kind: 'vm';
  /** Size of the persistent disk that holds the log. */
  readonly diskSizeGb: number;
  /** Memory of the broker's heap; as much again should be left to the system, which caches the log. */
  readonly heapMib: number;
}

/** Google's Managed Service for Apache Kafka. */
interface ManagedKafka {
  readonly kind: 'managed';
  /** At least 3. */
  readonly vcpus: number;
  /** From 1 to 8 GiB per vCPU. */
  readonly memoryGib: number;
}

/** A Kafka that somebody else runs, for example Confluent Cloud, reached over TLS with SASL. */
interface ExternalKafka {
  readonly kind: 'external';
  /** Bootstrap addresses, host:port, comma-separated. */
  readonly bootstrap: string;
  /** Last part of the secret that will hold `{"username": …, "password": …}`; its value is added by hand. */
  readonly credentialsSecret: string;
}

/** What is true of Kafka wherever it runs. */
interface KafkaSettings {
  readonly service: VmKafka | ManagedKafka | ExternalKafka;
  /** Hours that a record stays in its topic. */
  readonly retentionHours: number;
  /** @default the partitions that the contract states */
  readonly partitions?: Partial<Readonly<Record<TopicName, number>>>;
}

/** The size of one virtual machine. */
export interface MachineSize {
  /** For example e2-standard-2. */
  readonly machineType: string;
  /** Boot disk, at least 10. */
  readonly bootDiskGb: number;
}

/** What brings Kafka's records into the lake; one can take over from the other at any time. */
export type Processing =
  | { readonly kind: 'consumer' }
  | {
      /** Structured Streaming on a Dataproc cluster, for streams that outgrow the consumer group. */
      readonly kind: 'spark';
      /** For example 2.3-debian12; its Spark must be 3.5 with Scala 2.12, as the job's jars are. */
      readonly imageVersion: string;
      readonly master: MachineSize;
      readonly worker: MachineSize;
      /** 0: the master works alone; else 2 or more. */
      readonly workers: number;
      /** Workers that load may bring, at most. @default the number of workers is fixed */
      readonly maxWorkers?: number;
    };

/** Which machines the stream runs on. */
type Machines =
  | {
      /** Broker (where Kafka is on a machine), generator and consumer (where it processes) share machine and identity. */
      readonly kind: 'one';
      readonly machine: MachineSize;
    }
  | {
      readonly kind: 'each';
      /** Needed exactly where Kafka runs on a machine. */
      readonly broker?: MachineSize;
      readonly generator: MachineSize;
      /** Needed, as is their number, exactly where the consumer processes. */
      readonly consumer?: MachineSize;
      /** Members of the consumer group, one machine each; more than there are partitions would idle. */
      readonly consumers?: number;
    };

/** The simulated service whose events the generator sends. */
interface GeneratorSettings {
  /** Listeners at the start. */
  readonly users: number;
  /** Growth of the number of listeners in a year; 0.1 is ten percent. */
  readonly growthPerYear: number;
  /** The same seed and start give the same events. */
  readonly seed: number;
  /** Days of the past that come before the first live event of an empty lake; a machine made anew goes on instead. */
  readonly backfillDays: number;
}

/** What starts the loader and dbt every hour. */
export type Orchestration =
  | { readonly kind: 'workflows' }
  | {
      readonly kind: 'composer';
      /** For example composer-3-airflow-2.11.1, with or without -build.N. */
      readonly imageVersion: string;
      readonly size: 'SMALL' | 'MEDIUM' | 'LARGE';
      /** Range for Composer's own machines, /20. */
      readonly internalCidr: string;
    };

/** Who may see the page, and how they reach it. */
interface DashboardSettings {
  /** IAM members, for example user:ada@example.com or group:data@example.com. */
  readonly viewers: readonly string[];
  /** @default no load balancer: viewers use the proxy command in the outputs */
  readonly domain?: string;
}

/** Who hears of trouble, and when. */
export interface AlertSettings {
  /** @default BEATFLOW_ALERT_EMAIL */
  readonly email?: string;
  /** Minutes that the newest loaded event may be old. */
  readonly freshnessMinutes: number;
  /** Seconds that the oldest record that the consumer has not committed may be old. */
  readonly workAgeSeconds: number;
  /** Part of the broker's disk that may be full, 0 to 1. */
  readonly brokerDiskFull: number;
}

/** A sum whose approach is mailed to the billing account's administrators. */
export interface BudgetSettings {
  /** XXXXXX-XXXXXX-XXXXXX. @default BEATFLOW_BILLING_ACCOUNT */
  readonly billingAccount?: string;
  readonly monthlyUsd: number;
}

/** Which GitHub repository may plan and apply without any key. */
interface GithubSettings {
  /** owner/name */
  readonly repository: string;
  /** Deployment environment of the repository that the apply role is bound to. */
  readonly applyEnvironment: string;
}

/** One deployment: all that a person may change about it. Its name is the name of its file. */
export interface EnvironmentFile {
  /** Google Cloud project id. @default BEATFLOW_PROJECT */
  readonly project?: string;
  /** Needed with customer keys, a domain or GitHub. @default BEATFLOW_PROJECT_NUMBER */
  readonly projectNumber?: string;
  /** @default BEATFLOW_REGION */
  readonly region?: string;
  /** Letter of the region's zone that single machines and disks live in. */
  readonly zone: string;
  /** First part of every name. @default beatflow */
  readonly prefix?: string;
  /** @default no labels but application, environment and component */
  readonly labels?: Readonly<Record<string, string>>;
  readonly state: State;
  readonly protection: Protection;
  readonly encryption: Encryption;
  readonly network: NetworkSettings;
  readonly lake: LakeSettings;
  readonly warehouse: WarehouseSettings;
  readonly kafka: KafkaSettings;
  readonly machines: Machines;
  /** @default the consumer */
  readonly processing?: Processing;
  readonly generator: GeneratorSettings;
  readonly orchestration: Orchestration;
  readonly dashboard: DashboardSettings;
  readonly alerts: AlertSettings | Without;
  readonly budget: BudgetSettings | Without;
  /** @default no identity federation */
  readonly github?: GithubSettings;
}

/** An {@link EnvironmentFile} that has been checked, with everything filled in that comes from elsewhere. */
export interface Environment extends EnvironmentFile {
  readonly name: string;
  readonly project: string;
  /** Empty where nothing needs it. */
  readonly projectNumber: string;
  readonly region: string;
  readonly prefix: string;
  readonly processing: Processing;
  readonly labels: Readonly<Record<string, string>>;
  readonly alerts: (AlertSettings & { readonly email: string }) | Without;
  readonly budget: (BudgetSettings & { readonly billingAccount: string }) | Without;
}

/** Types an environment's file. */
export function defineEnvironment(file: EnvironmentFile): EnvironmentFile {
  return file;
}

/** Whether a deployment goes without something. */
export function isWithout(settings: object): settings is Without {
  return 'none' in settings;
}

/** Whether stateful resources refuse to be destroyed. */
export function isProtected(protection: Protection): boolean {
  return 'protected' in protection;
}
