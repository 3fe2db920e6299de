import { setTimeout as delay } from 'node:timers/promises';
import type { BigQuery, Job } from '@google-cloud/bigquery';
import type { Logger } from '../../program/logger.ts';

/** A job as BigQuery's REST API describes it, as far as it matters here. */
export interface JobResource {
  readonly status?: {
    readonly state?: string;
    readonly errorResult?: { readonly reason?: string; readonly message?: string };
    readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
  };
  readonly statistics?: { readonly load?: { readonly outputRows?: string } };
}

/** A job that BigQuery ended with an error. `transient` ones may be run again under another id. */
class JobError extends Error {
  readonly transient: boolean;

  constructor(jobId: string, { status }: JobResource) {
    const reasons = [status?.errorResult, ...(status?.errors ?? [])].flatMap((entry) => entry?.message ?? []);
    super(`BigQuery job ${jobId} failed: ${[...new Set(reasons)].join('; ') || 'no reason was given'}`);
    this.name = 'JobError';
    this.transient = transientReasons.has(status?.errorResult?.reason ?? '');
  }
}

// https://cloud.google.com/bigquery/docs/error-messages: those whose cause passes by itself.
const transientReasons = new Set([
  'backendError',
  'internalError',
  'rateLimitExceeded',
  'jobBackendError',
  'jobInternalError',
  'jobRateLimitExceeded',
]);

/** New attempts of one call; each has an id of its own, since BigQuery never runs a failed id again. */
const attempts = 3;
const pollPauseMs = 1000;

export interface RunJobProps {
  readonly client: BigQuery;
  readonly location: string;
  /** Says what the job does, so that a repetition of the same work finds the job that did it. */
  readonly jobId: string;
  /** Part of the ids of further attempts: another run does not walk over all that failed before it. */
  readonly session: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly logger: Logger;
  /** Milliseconds between two looks at a running job. @default one second */
  readonly pauseMs?: number;
}

function httpCode(error: unknown): number | undefined {
  return (error as { readonly code?: number }).code;
}

/** Inserts the job, or finds the one with this id: an answer that was lost is no reason to run it twice. */
async function insertOrFind(
  { client, location, configuration }: RunJobProps,
  jobId: string,
): Promise<{ readonly job: Job; readonly found: boolean }> {
  try {
    const [job] = await client.createJob({ configuration, jobId, location } as never);
    return { job, found: false };
  } catch (error) {
    if (httpCode(error) !== 409) throw error;
    return { job: client.job(jobId, { location }), found: true };
  }
}

async function awaitEnd(job: Job, pauseMs: number): Promise<JobResource> {
  for (;;) {
    const [resource] = (await job.getMetadata()) as unknown as [JobResource];
    if (resource.status?.state === 'DONE') return resource;
    await delay(pauseMs);
  }
}

/**
 * Runs a job to its end, once: a repeated call with the same id waits for the job that is there. The first attempt has
 * the same id in every run, so that a run finds the job of one that broke off; further ones are those of the session.
 * @throws JobError when BigQuery ended it with an error, after further attempts where the cause may pass.
 */
export async function runJob(props: RunJobProps): Promise<JobResource> {
  const pauseMs = props.pauseMs ?? pollPauseMs;
  let failures = 0;
  for (let attempt = 1; ; attempt++) {
    const jobId = attempt === 1 ? `${props.jobId}_a1` : `${props.jobId}_${props.session}_a${attempt}`;
    const { job, found } = await insertOrFind(props, jobId);
    const resource = await awaitEnd(job, pauseMs);
    if (!resource.status?.errorResult) return resource;
    const error = new JobError(jobId, resource);
    // What failed in an earlier run may have been mended since: its id is passed over and does not count. An id of this
    // session that failed for good has nothing to hope for.
    if (found && (attempt === 1 || error.transient)) continue;
    if (!error.transient || ++failures === attempts) throw error;
    props.logger.warn({ jobId, reason: error.message }, 'BigQuery job failed; trying again');
    await delay(pauseMs * 2 ** failures);
  }
}
