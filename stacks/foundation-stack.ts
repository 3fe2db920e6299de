import type { App } from 'cdktf';
import { Account } from '../constructs/account.ts';
import { Artifact, type ArtifactFile } from '../constructs/artifact.ts';
import { Bucket } from '../constructs/bucket.ts';
import { GithubFederation } from '../constructs/github-federation.ts';
import { runAfter } from '../constructs/helpers/order.ts';
import { KeyRing } from '../constructs/key-ring.ts';
import { Network } from '../constructs/network.ts';
import { ProjectServices } from '../constructs/project-services.ts';
import { RemoteRepository } from '../constructs/remote-repository.ts';
import { ServiceAgents } from '../constructs/service-agents.ts';
import {
  allowedPaths,
  clusterRoles,
  keySpecs,
  machineRoles,
  projectRoles,
  servicesOf,
} from './access-plan.ts';
import { BeatflowStack, type StackProps } from './beatflow-stack.ts';

/** What everything else stands on: APIs, network, keys, identities, and where code and images come from. */
export class FoundationStack extends BeatflowStack {
  constructor(scope: App, props: StackProps) {
    super(scope, 'foundation', props);
    const { environment, names, protection } = this;
    const { project, region } = environment;
    const services = new ProjectServices(this, 'services', { project, services: servicesOf(environment) });

    const accounts = Object.entries(projectRoles(environment)).map(
      ([role, { description, roles }]) =>
        new Account(this, role, {
          project,
          accountId: names.accountId(role as keyof ReturnType<typeof projectRoles>),
          description,
          projectRoles: roles,
        }),
    );
    for (const account of accounts) runAfter(account, services);

    const network = new Network(this, 'network', {
      name: names.network,
      subnet: names.subnet,
      region,
      machinesCidr: environment.network.machinesCidr,
      nat: environment.network.nat,
      allowed: allowedPaths(environment, names),
    });
    runAfter(network, services, ...accounts);

    const keys = this.#addKeys(services);
    const machines = machineRoles(environment).map(names.member);

    const docker = new RemoteRepository(this, 'docker', {
      name: names.dockerRepository,
      location: region,
      upstream: 'DOCKER_HUB',
      readers: machines,
    });
    const python = new RemoteRepository(this, 'python', {
      name: names.pythonRepository,
      location: region,
      upstream: 'PYPI',
      readers: [names.member('transform')],
    });
    runAfter(docker, services, ...accounts);
    runAfter(python, services, ...accounts);

    const accessLogs = new Bucket(this, 'access-logs', {
      name: names.bucket('access-logs'),
      location: region,
      undelete: { by: 'soft-delete', days: 0 },
      lifecycle: [{ action: { delete: true }, condition: { ageDays: 90 } }],
      accessLogs: { none: true, reason: 'it would log its own log' },
      ...this.keyFor('storage'),
      protection,
      grants: [{ role: 'roles/storage.objectCreator', member: 'group:cloud-storage-analytics@google.com' }],
    });
    runAfter(accessLogs, services, ...keys);
    const artifacts = new Bucket(this, 'artifacts', {
      name: names.bucket('artifacts'),
      location: region,
      undelete: { by: 'versions', days: 30 },
      accessLogs: { bucket: accessLogs.bucket.name },
      ...this.keyFor('storage'),
      protection,
      grants: [
        ...machines,
        ...[...clusterRoles(environment), 'loader' as const, 'transform' as const, 'dashboard' as const].map(
          names.member,
        ),
      ].map((member) => ({ role: 'roles/storage.objectViewer', member })),
    });
    runAfter(artifacts, services, ...keys, ...accounts);
    for (const [program, file] of Object.entries(props.artifacts.programs)) {
      runAfter(
        new Artifact(this, `artifact-${program}`, { bucket: names.bucket('artifacts'), file }),
        artifacts,
      );
    }
    for (const [id, file] of Object.entries(this.#sparkFiles(props))) {
      runAfter(new Artifact(this, id, { bucket: names.bucket('artifacts'), file }), artifacts);
    }
    for (const file of props.artifacts.dbt.files) {
      const id = `artifact-${file.name.slice(props.artifacts.dbt.folder.length + 1)}`.replaceAll('/', '-');
      runAfter(new Artifact(this, id, { bucket: names.bucket('artifacts'), file }), artifacts);
    }
    this.#addFederation(services);
    this.output(
      'artifacts_bucket',
      'Bucket that machines and jobs fetch their code from',
      names.bucket('artifacts'),
    );
  }

  /** What the Spark cluster runs, by the ids of the constructs; nothing where the consumer processes. */
  #sparkFiles({ artifacts }: StackProps): Readonly<Record<string, ArtifactFile>> {
    if (this.environment.processing.kind !== 'spark') return {};
    const { main, code, jars } = artifacts.spark();
    const byId = jars.map((file) => [`artifact-spark-${file.path.split('/').at(-1)}`, file] as const);
    return { 'artifact-spark-main': main, 'artifact-spark-code': code, ...Object.fromEntries(byId) };
  }

  #addKeys(services: ProjectServices): readonly [] | readonly [ServiceAgents, KeyRing] {
    const { encryption, project, region } = this.environment;
    if (encryption.keys !== 'customer') return [];
    const agents = new ServiceAgents(this, 'agents', { project });
    runAfter(agents, services);
    const ring = new KeyRing(this, 'keys', {
      name: this.names.keyRing,
      location: region,
      rotationDays: encryption.rotationDays,
      keys: keySpecs(this.environment, this.names),
      protection: this.protection,
    });
    runAfter(ring, services, agents);
    return [agents, ring];
  }

  #addFederation(services: ProjectServices): void {
    const { github, project, projectNumber } = this.environment;
    if (!github) return;
    const federation = new GithubFederation(this, 'github', {
      project,
      projectNumber,
      poolId: this.names.base,
      repository: github.repository,
      planAccount: this.names.email('plan'),
      applyAccount: this.names.email('apply'),
      applyEnvironment: github.applyEnvironment,
    });
    runAfter(federation, services);
    this.output(
      'github_identity_provider',
      'Value of the repository variable GCP_IDENTITY_PROVIDER',
      federation.providerName,
    );
    this.output(
      'github_plan_account',
      'Value of the repository variable GCP_PLAN_ACCOUNT',
      this.names.email('plan'),
    );
    this.output(
      'github_apply_account',
      'Value of the environment variable GCP_APPLY_ACCOUNT',
      this.names.email('apply'),
    );
  }
}
