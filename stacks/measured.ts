import type { LogMetricProps } from '../constructs/log-metric.ts';
import type { Processing } from '../environments/model/environment.ts';
import type { Names } from '../environments/model/names.ts';
import { type Signal, signals } from '../runtime/contract/signals.ts';

/** What Cloud Logging calls that which writes the lake, by what processes. */
const writerResource: Readonly<Record<Processing['kind'], string>> = {
  consumer: 'gce_instance',
  spark: 'cloud_dataproc_job',
};
/** What alerts and graphs of a deployment can be built on. */
export interface Measured {
  /** The type of a signal's metric. */
  readonly metric: (id: string) => string;
  readonly brokerDisk: boolean;
  readonly processing: Processing['kind'];
}

/** Metrics that one deployment makes from its programs' signals, by the id of their construct. */
export function signalMetrics(
  names: Names,
  processing: Processing['kind'],
): Readonly<Record<string, LogMetricProps>> {
  const fromWriters = (signal: Signal) => ({
    // Container-Optimized OS and Dataproc's driver hand a line on as text, whatever is in it.
    filter: `resource.type="${writerResource[processing]}" AND jsonPayload.message:"\\"signal\\":\\"${signal.name}\\""`,
    extractor: (field: string) => `REGEXP_EXTRACT(jsonPayload.message, "\\"${field}\\":([0-9.]+)")`,
  });
  const fromJobs = (signal: Signal) => ({
    filter: `resource.type="cloud_run_job" AND jsonPayload.signal="${signal.name}"`,
    extractor: (field: string) => `EXTRACT(jsonPayload.${field})`,
  });
  const metrics = (signal: Signal, { filter, extractor }: ReturnType<typeof fromWriters>) =>
    Object.entries(signal.fields).map(([field, { doc, unit }]) => {
      const id = `${signal.name}-${field}`;
      return [
        id,
        { name: `${names.base}/${id}`, description: doc, filter, extractor: extractor(field), unit },
      ] as const;
    });
  return Object.fromEntries([
    ...metrics(signals.consumerWork, fromWriters(signals.consumerWork)),
    ...metrics(signals.load, fromJobs(signals.load)),
  ]);
}

const onWriter = (type: string, processing: Processing['kind']) =>
  `metric.type="${type}" AND resource.type="${writerResource[processing]}"`;
const onMachine = (type: string) => `metric.type="${type}" AND resource.type="gce_instance"`;
const onJob = (type: string) => `metric.type="${type}" AND resource.type="cloud_run_job"`;
/** Filters over what a deployment measures; `metric` gives the type of a signal's metric. */
export function filtersOf(names: Names, { metric, processing }: Measured) {
  const executions = onJob('run.googleapis.com/job/completed_execution_count');
  const disk = `${onMachine('compute.googleapis.com/guest/disk/bytes_used')} AND metric.labels.device_name="kafka"`;
  return {
    lag: onWriter(metric('consumer_work-lag'), processing),
    workAge: onWriter(metric('consumer_work-workAgeSeconds'), processing),
    deadLetters: onWriter(metric('consumer_work-deadLetters'), processing),
    rows: onJob(metric('load-rows')),
    refused: onJob(metric('load-refusedHours')),
    loaded: `${executions} AND metric.labels.result="succeeded" AND resource.labels.job_name="${names.loaderJob}"`,
    failed: `${executions} AND metric.labels.result="failed" AND resource.labels.job_name=monitoring.regex.full_match("${names.loaderJob}|${names.transformJob}")`,
    executions,
    diskUsed: `${disk} AND metric.labels.state="used"`,
    disk,
  };
}
