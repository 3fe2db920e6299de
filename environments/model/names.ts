import type { Environment } from './environment.ts';

/** What acts in the cloud under an identity of its own. */
export const accountRoles = [
  'broker',
  'generator',
  'consumer',
  'stream',
  'spark',
  'loader',
  'transform',
  'dashboard',
  'runner',
  'scheduler',
  'plan',
  'apply',
] as const;
export type AccountRole = (typeof accountRoles)[number];

export const bucketKinds = ['lake', 'artifacts', 'access-logs', 'composer', 'spark'] as const;
type BucketKind = (typeof bucketKinds)[number];

/** The warehouse's datasets: what the loader writes, and the layers that dbt builds from it. */
const warehouseLayers = ['raw', 'staging', 'core', 'marts'] as const;
export type WarehouseLayer = (typeof warehouseLayers)[number];

const keyPurposes = ['storage', 'warehouse', 'disks', 'composer', 'kafka'] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

export const secretKinds = [
  'kafka-ca-key',
  'kafka-ca',
  'kafka-admin',
  'kafka-generator',
  'kafka-consumer',
] as const;
export type SecretKind = (typeof secretKinds)[number];

/** Who the stream's programs are: on one shared machine they share its account. Spark may be who consumes. */
function actingRole(
  environment: Pick<Environment, 'machines' | 'processing'>,
  program: 'broker' | 'generator' | 'consumer',
): AccountRole {
  if (program === 'consumer' && environment.processing.kind === 'spark') return 'spark';
  return environment.machines.kind === 'one' ? 'stream' : program;
}

/**
 * The names of everything that one deployment creates. They are plain strings that every stack can compute, so no
 * stack reads another's state and an empty project can be planned in one go. Changing one destroys what bore it.
 */
export function namesOf({ prefix, name, project, region, zone, projectNumber, ...rest }: Environment) {
  const base = `${prefix}-${name}`;
  const accountId = (role: AccountRole) => `${base}-${role}`;
  const email = (role: AccountRole) => `${accountId(role)}@${project}.iam.gserviceaccount.com`;
  const acting = (program: 'broker' | 'generator' | 'consumer') => actingRole(rest, program);
  const keyRing = base;
  const location = `projects/${project}/locations/${region}`;
  return {
    /** `<prefix>-<environment>`, what every name begins with. */
    base,
    accountId,
    email,
    acting,
    member: (role: AccountRole) => `serviceAccount:${email(role)}`,
    zone: `${region}-${zone}`,
    network: base,
    networkPath: `projects/${project}/global/networks/${base}`,
    subnet: `${base}-machines`,
    subnetPath: `projects/${project}/regions/${region}/subnetworks/${base}-machines`,
    bucket: (kind: BucketKind) => `${project}-${base}-${kind}`,
    bigQueryDataset: (layer: WarehouseLayer) => `${base.replaceAll('-', '_')}_${layer}`,
    bigQueryDatasetPrefix: base.replaceAll('-', '_'),
    keyRing,
    keyName: (purpose: KeyPurpose) => `${base}-${purpose}`,
    keyPath: (purpose: KeyPurpose) => `${location}/keyRings/${keyRing}/cryptoKeys/${base}-${purpose}`,
    secret: (kind: string) => `${base}-${kind}`,
    dockerRepository: `${base}-docker`,
    pythonRepository: `${base}-python`,
    /** An image of Docker Hub through the registry, for example `library/node:22-slim`. */
    image: (image: string) => `${region}-docker.pkg.dev/${project}/${base}-docker/${image}`,
    pythonIndex: `${region}-python.pkg.dev/${project}/${base}-python/simple/`,
    broker: `${base}-broker`,
    /** Zonal DNS name of the broker's machine, known before the machine exists. */
    brokerHost: (machine: string) => `${machine}.${region}-${zone}.c.${project}.internal`,
    machine: `${base}-stream`,
    generator: `${base}-generator`,
    consumer: `${base}-consumer`,
    kafkaCluster: base,
    sparkCluster: `${base}-spark`,
    managedBootstrap: `bootstrap.${base}.${region}.managedkafka.${project}.cloud.goog:9092`,
    loaderJob: `${base}-loader`,
    transformJob: `${base}-transform`,
    jobPath: (job: string) => `${location}/jobs/${job}`,
    workflow: (run: 'hourly' | 'reference') => `${base}-${run}`,
    composer: base,
    dashboard: `${base}-dashboard`,
    /** The project's service agents, by the address that each product gives its own. */
    agents: {
      storage: `serviceAccount:service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`,
      bigquery: `serviceAccount:bq-${projectNumber}@bigquery-encryption.iam.gserviceaccount.com`,
      compute: `serviceAccount:service-${projectNumber}@compute-system.iam.gserviceaccount.com`,
      composer: `serviceAccount:service-${projectNumber}@cloudcomposer-accounts.iam.gserviceaccount.com`,
      dataproc: `serviceAccount:service-${projectNumber}@dataproc-accounts.iam.gserviceaccount.com`,
      kafka: `serviceAccount:service-${projectNumber}@gcp-sa-managedkafka.iam.gserviceaccount.com`,
      iap: `serviceAccount:service-${projectNumber}@gcp-sa-iap.iam.gserviceaccount.com`,
    },
  };
}

/** See {@link namesOf}. */
export type Names = ReturnType<typeof namesOf>;
