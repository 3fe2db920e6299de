import type { App } from 'cdktf';
import { Artifact, type ArtifactFile } from '../constructs/artifact.ts';
import { Bucket } from '../constructs/bucket.ts';
import { Composer } from '../constructs/composer.ts';
import type { Grant } from '../constructs/helpers/access.ts';
import { runAfter } from '../constructs/helpers/order.ts';
import { artifactsMount, Job } from '../constructs/job.ts';
import { ScheduledWorkflow } from '../constructs/scheduled-workflow.ts';
import type { Orchestration } from '../environments/model/environment.ts';
import { BeatflowStack, type StackProps } from './beatflow-stack.ts';
import { loaderEnvironment, nodeImage, pythonImage, transformEnvironment } from './program-environments.ts';
import { type ScheduledRun, scheduledRuns, workflowSource } from './scheduled-runs.ts';

/** The hour's work: the loader and dbt as jobs, and what starts them. */
export class OrchestrationStack extends BeatflowStack {
  constructor(scope: App, props: StackProps) {
    super(scope, 'orchestration', props);
    const { environment, names } = this;
    const jobs = this.#addJobs(props);
    if (environment.orchestration.kind === 'workflows') {
      const { hourly, reference } = scheduledRuns(names);
      this.#addWorkflow('hourly', 'Loads the hour, builds the marts and checks them', hourly, jobs);
      this.#addWorkflow('reference', 'Loads the reference data anew', reference, jobs);
      this.output(
        'run_now',
        'Loads what is new and builds the marts without waiting for the hour',
        `gcloud workflows run ${names.workflow('hourly')} --project ${environment.project} --location ${environment.region}`,
      );
    } else {
      this.#addComposer(environment.orchestration, props.artifacts.dags);
    }
  }

  #addWorkflow(
    id: 'hourly' | 'reference',
    description: string,
    run: ScheduledRun,
    jobs: readonly Job[],
  ): void {
    const { environment, names } = this;
    const workflow = new ScheduledWorkflow(this, id, {
      project: environment.project,
      region: environment.region,
      name: names.workflow(id),
      description,
      source: workflowSource(run, environment),
      schedule: run.schedule,
      runner: names.email('runner'),
      scheduler: names.email('scheduler'),
    });
    runAfter(workflow, ...jobs);
  }

  #addJobs({ artifacts }: StackProps): readonly Job[] {
    const { environment, names } = this;
    const runner = names.member('runner');
    const grants: readonly Grant[] = [{ role: 'roles/run.jobsExecutorWithOverrides', member: runner }];
    const common = {
      location: environment.region,
      artifactsBucket: names.bucket('artifacts'),
      grants,
    };
    const loader = new Job(this, 'loader', {
      ...common,
      name: names.loaderJob,
      image: names.image(nodeImage),
      command: ['node', `${artifactsMount}/${artifacts.programs.loader.name}`],
      environment: loaderEnvironment(environment, names),
      account: names.email('loader'),
      cpu: 1,
      memoryMib: 512,
      timeoutMinutes: 60,
    });
    const transform = new Job(this, 'transform', {
      ...common,
      name: names.transformJob,
      image: names.image(pythonImage),
      command: ['bash', `${artifactsMount}/${artifacts.dbt.folder}/job.sh`],
      environment: transformEnvironment(environment, names),
      account: names.email('transform'),
      cpu: 1,
      // The Python environment lives on the container's disk, which is memory.
      memoryMib: 2048,
      timeoutMinutes: 60,
    });
    return [loader, transform];
  }

  #addComposer(
    orchestration: Extract<Orchestration, { kind: 'composer' }>,
    dags: readonly ArtifactFile[],
  ): void {
    const { environment, names, protection } = this;
    const { project, region } = environment;
    const bucket = new Bucket(this, 'airflow', {
      name: names.bucket('composer'),
      location: region,
      undelete: { by: 'versions', days: 14 },
      accessLogs: { bucket: names.bucket('access-logs') },
      ...this.keyFor('composer'),
      protection,
      grants: [{ role: 'roles/storage.objectUser', member: names.member('runner') }],
    });
    for (const file of dags) {
      const id = file.name.replaceAll('/', '-');
      runAfter(new Artifact(this, id, { bucket: names.bucket('composer'), file }), bucket);
    }
    const composer = new Composer(this, 'composer', {
      name: names.composer,
      region,
      imageVersion: orchestration.imageVersion,
      size: orchestration.size,
      bucket: names.bucket('composer'),
      networkPath: names.networkPath,
      subnetPath: names.subnetPath,
      internalCidr: orchestration.internalCidr,
      account: names.email('runner'),
      variables: {
        BEATFLOW_PROJECT: project,
        BEATFLOW_REGION: region,
        BEATFLOW_LOADER_JOB: names.loaderJob,
        BEATFLOW_TRANSFORM_JOB: names.transformJob,
      },
      ...this.keyFor('composer'),
      protection,
    });
    runAfter(composer, bucket);
    this.output('airflow', "Airflow's page; Google asks who you are", composer.environment.config.airflowUri);
    this.output('dags', 'Where the DAGs are', `gs://${names.bucket('composer')}/dags`);
  }
}
