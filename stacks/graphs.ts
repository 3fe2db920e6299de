import type { Graph } from '../constructs/monitoring-page.ts';
import type { Names } from '../environments/model/names.ts';
import { filtersOf, type Measured } from './measured.ts';

/** The graphs of a deployment's page in Cloud Monitoring. */
export function graphsOf(names: Names, measured: Measured): readonly Graph[] {
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
