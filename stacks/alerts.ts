import type { Aggregation, AlertProps } from '../constructs/alert.ts';
import type { AlertSettings, Orchestration, Processing } from '../environments/model/environment.ts';
import type { Names } from '../environments/model/names.ts';
import { lakeFolders } from '../runtime/contract/lake-folders.ts';
import { filtersOf, type Measured } from './measured.ts';

const highest: Aggregation = { periodSeconds: 300, align: 'ALIGN_PERCENTILE_99', reduce: 'REDUCE_MAX' };
const total: Aggregation = { periodSeconds: 300, align: 'ALIGN_DELTA', reduce: 'REDUCE_SUM' };

/** What an alert is made from. */
interface Watched extends Measured {
  readonly settings: AlertSettings;
  readonly names: Names;
  readonly orchestration: Orchestration['kind'];
  readonly filters: ReturnType<typeof filtersOf>;
}

/** An alert of which it is not yet said who gets it. */
type AlertOf = (watched: Watched) => Omit<AlertProps, 'channels'>;

const freshness: AlertOf = ({ settings: { freshnessMinutes }, names, filters }) => ({
  title: `${names.base}: the warehouse is behind`,
  severity: 'CRITICAL',
  conditions: {
    'nothing new was loaded': {
      below: 1,
      filter: filters.rows,
      aggregation: { ...highest, periodSeconds: freshnessMinutes * 60 },
      forSeconds: 0,
    },
    'no load has succeeded': {
      absentForSeconds: freshnessMinutes * 60,
      filter: filters.loaded,
      aggregation: total,
    },
  },
  documentation: `Nothing new has reached the raw tables for ${freshnessMinutes} minutes. Look at the last execution of the job ${names.loaderJob}, then at the consumer's alert: a loader with nothing to load means that the lake stands still.`,
});

const whereItSpeaks: Readonly<Record<Processing['kind'], string>> = {
  consumer: 'journalctl -u beatflow-consumer on its machine',
  spark: 'the command of the output spark_log',
};

const consumerLag: AlertOf = ({ settings, names, filters, processing }) => ({
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
  documentation: `A consumer reads and does not commit, or none is running. Its log says why: ${whereItSpeaks[processing]}. Nothing is lost while Kafka keeps the records; see kafka.retentionHours.`,
});

const deadLetters: AlertOf = ({ names, filters }) => ({
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
});

const failedJob: AlertOf = ({ names, filters }) => ({
  title: `${names.base}: a job failed`,
  severity: 'ERROR',
  conditions: {
    'an execution failed': { above: 0, filter: filters.failed, aggregation: total, forSeconds: 0 },
  },
  documentation: `The hour is tried again by the next run. If it fails again, read the execution's log: gcloud run jobs executions list --job ${names.loaderJob}, or ${names.transformJob}.`,
});

/** Scheduled runs that failed, whichever job or reason it was: Google counts them where they are started. */
function failedRuns(names: Names, orchestration: Orchestration['kind']): string {
  return orchestration === 'composer'
    ? 'metric.type="composer.googleapis.com/workflow/run_count" AND resource.type="cloud_composer_workflow" AND metric.labels.state="failed" AND resource.labels.workflow_name=monitoring.regex.full_match("beatflow_.*")'
    : `metric.type="workflows.googleapis.com/finished_execution_count" AND resource.type="workflows.googleapis.com/Workflow" AND metric.labels.status="FAILED" AND resource.labels.workflow_id=monitoring.regex.full_match("${names.workflow('hourly')}|${names.workflow('reference')}")`;
}

const failedRun: AlertOf = ({ names, orchestration }) => ({
  title: `${names.base}: a scheduled run failed`,
  severity: 'ERROR',
  conditions: {
    'a run failed': {
      above: 0,
      filter: failedRuns(names, orchestration),
      aggregation: total,
      forSeconds: 0,
    },
  },
  documentation:
    'A run ended without all of its jobs: one failed after its retries, or could not be started at all. The next run takes up what it left; docs/guides/debug.md says where to look.',
});

const brokerDisk: AlertOf = ({ settings, names, filters }) => ({
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
});

/** The alerts of a deployment, by the id of their construct. */
export function alertsOf(
  settings: AlertSettings,
  names: Names,
  measured: Measured & Pick<Watched, 'orchestration'>,
): Readonly<Record<string, Omit<AlertProps, 'channels'>>> {
  const watched = { ...measured, settings, names, filters: filtersOf(names, measured) };
  return {
    freshness: freshness(watched),
    'consumer-lag': consumerLag(watched),
    'dead-letters': deadLetters(watched),
    'failed-job': failedJob(watched),
    'failed-run': failedRun(watched),
    ...(measured.brokerDisk ? { 'broker-disk': brokerDisk(watched) } : {}),
  };
}
