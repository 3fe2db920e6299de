import type { Aggregation, AlertProps } from '../constructs/alert.ts';
import type { Chart } from '../constructs/charts.ts';
import type { LogMetricProps } from '../constructs/log-metric.ts';
import type { AlertSettings, Orchestration, Processing } from '../environments/model/environment.ts';
import type { Names } from '../environments/model/names.ts';
import { lakeFolders } from '../runtime/contract/lake-folders.ts';
import { type Signal, signals } from '../runtime/contract/signals.ts';

/** What Cloud Logging calls that which writes the lake, by what processes. */
const writerResource: Readonly<Record<Processing['kind'], string>> = {
  consumer: 'gce_instance',
  spark: 'cloud_dataproc_job',
};
const whereItSpeaks: Readonly<Record<Processing['kind'], string>> = {
  consumer: 'journalctl -u beatflow-consumer on its machine',
  spark: 'the command of the output spark_log',
};

/** What alerts and charts of a deployment can be built on. */
export interface Measured {
  /** The type of a signal's metric. */
  readonly metric: (id: string) => string;
  readonly brokerDisk: boolean;
  readonly processing: Processing['kind'];
  readonly orchestration: Orchestration['kind'];
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
const highest: Aggregation = { periodSeconds: 300, align: 'ALIGN_PERCENTILE_99', reduce: 'REDUCE_MAX' };
const total: Aggregation = { periodSeconds: 300, align: 'ALIGN_DELTA', reduce: 'REDUCE_SUM' };

/** Scheduled runs that failed, whichever job or reason it was: Google counts them where they are started. */
function failedRuns(names: Names, orchestration: Orchestration['kind']): string {
  return orchestration === 'composer'
    ? 'metric.type="composer.googleapis.com/workflow/run_count" AND resource.type="cloud_composer_workflow" AND metric.labels.state="failed" AND resource.labels.workflow_name=monitoring.regex.full_match("beatflow_.*")'
    : `metric.type="workflows.googleapis.com/finished_execution_count" AND resource.type="workflows.googleapis.com/Workflow" AND metric.labels.status="FAILED" AND resource.labels.workflow_id=monitoring.regex.full_match("${names.workflow('hourly')}|${names.workflow('reference')}")`;
}

/** Filters over what a deployment measures; `metric` gives the type of a signal's metric. */
function filtersOf(names: Names, { metric, processing }: Measured) {
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

/** The alerts of a deployment, by the id of their construct. */
export function alertsOf(
  settings: AlertSettings,
  names: Names,
  measured: Measured,
): Readonly<Record<string, Omit<AlertProps, 'channels'>>> {
  const filters = filtersOf(names, measured);
  const freshness = settings.freshnessMinutes * 60;
  return {
    freshness: {
      title: `${names.base}: the warehouse is behind`,
      severity: 'CRITICAL',
      conditions: {
        'nothing new was loaded': {
          below: 1,
          filter: filters.rows,
          aggregation: { ...highest, periodSeconds: freshness },
          forSeconds: 0,
        },
        'no load has succeeded': { absentForSeconds: freshness, filter: filters.loaded, aggregation: total },
      },
      documentation: `Nothing new has reached the raw tables for ${settings.freshnessMinutes} minutes. Look at the last execution of the job ${names.loaderJob}, then at the consumer's alert: a loader with nothing to load means that the lake stands still.`,
    },
    'consumer-lag': {
      title: `${names.base}: events do not reach the lake`,
      severity: 'CRITICAL',
      conditions: {
        'the oldest unwritten record is too old': {
          above: settings.workAgeSeconds,
          filter: filters.workAge,
          aggregation: highest,
          forSeconds: 300,
        },
        'no consumer reports': { absentForSeconds: 900, filter: filters.workAge, aggregation: highest },
      },
      documentation: `A consumer reads and does not commit, or none is running. Its log says why: ${whereItSpeaks[measured.processing]}. Nothing is lost while Kafka keeps the records; see kafka.retentionHours.`,
    },
    'dead-letters': {
      title: `${names.base}: messages could not be read`,
      severity: 'WARNING',
      conditions: {
        'dead letters were written': {
          // Zero lies in the metric's first bucket, whose upper end is one: a percentile comes near it.
          above: 1,
          filter: filters.deadLetters,
          aggregation: highest,
          forSeconds: 0,
        },
      },
      documentation: `Each is in gs://${names.bucket('lake')}/${lakeFolders.dead} with its reason and its bytes. Usually a producer sends a schema that the contract does not know. They can be redriven once the cause is mended.`,
    },
    'failed-job': {
      title: `${names.base}: a job failed`,
      severity: 'ERROR',
      conditions: {
        'an execution failed': { above: 0, filter: filters.failed, aggregation: total, forSeconds: 0 },
      },
      documentation: `The hour is tried again by the next run. If it fails again, read the execution's log: gcloud run jobs executions list --job ${names.loaderJob}, or ${names.transformJob}.`,
    },
    'failed-run': {
      title: `${names.base}: a scheduled run failed`,
      severity: 'ERROR',
      conditions: {
        'a run failed': {
          above: 0,
          filter: failedRuns(names, measured.orchestration),
          aggregation: total,
          forSeconds: 0,
        },
      },
      documentation:
        'A run ended without all of its jobs: one failed after its retries, or could not be started at all. The next run takes up what it left; docs/guides/debug.md says where to look.',
    },
    ...(measured.brokerDisk
      ? {
          'broker-disk': {
            title: `${names.base}: the broker's disk fills up`,
            severity: 'ERROR',
            conditions: {
              'too much of the disk is used': {
                above: settings.brokerDiskFull,
                filter: filters.diskUsed,
                dividedBy: filters.disk,
                aggregation: { periodSeconds: 300, align: 'ALIGN_MEAN', reduce: 'REDUCE_SUM' },
                forSeconds: 600,
              },
            },
            documentation:
              'A full disk stops the broker. Raise kafka.service.diskSizeGb (it grows in place) or lower kafka.retentionHours, and deploy.',
          } satisfies Omit<AlertProps, 'channels'>,
        }
      : {}),
  };
}

/** The charts of a deployment's page in Cloud Monitoring. */
export function chartsOf(names: Names, measured: Measured): readonly Chart[] {
  const filters = filtersOf(names, measured);
  return [
    {
      title: 'Records not yet read',
      filter: filters.lag,
      align: 'ALIGN_PERCENTILE_99',
      reduce: 'REDUCE_SUM',
      unit: 'records',
    },
    {
      title: 'Age of the oldest unwritten record',
      filter: filters.workAge,
      align: 'ALIGN_PERCENTILE_99',
      reduce: 'REDUCE_MAX',
      unit: 's',
    },
    {
      title: 'Dead letters',
      filter: filters.deadLetters,
      align: 'ALIGN_PERCENTILE_99',
      reduce: 'REDUCE_MAX',
      unit: 'messages',
    },
    {
      title: 'Rows loaded by a run',
      filter: filters.rows,
      align: 'ALIGN_PERCENTILE_99',
      reduce: 'REDUCE_MAX',
      unit: 'rows',
    },
    {
      title: 'Hours refused',
      filter: filters.refused,
      align: 'ALIGN_PERCENTILE_99',
      reduce: 'REDUCE_MAX',
      unit: 'hours',
    },
    {
      title: 'Job executions by result',
      filter: filters.executions,
      align: 'ALIGN_DELTA',
      reduce: 'REDUCE_SUM',
      groupBy: ['metric.label.result', 'resource.label.job_name'],
      unit: 'executions',
    },
    ...(measured.brokerDisk
      ? [
          {
            title: "Broker's disk",
            filter: filters.diskUsed,
            align: 'ALIGN_MEAN' as const,
            reduce: 'REDUCE_SUM' as const,
            unit: 'By',
          },
        ]
      : []),
  ];
}
