import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard/index.js';
import { Construct } from 'constructs';

/** One line chart. */
export interface Chart {
  readonly title: string;
  readonly filter: string;
  readonly align: 'ALIGN_PERCENTILE_99' | 'ALIGN_MEAN' | 'ALIGN_RATE' | 'ALIGN_DELTA';
  readonly reduce: 'REDUCE_MAX' | 'REDUCE_SUM' | 'REDUCE_MEAN';
  /** Labels that each get a line of their own. @default one line */
  readonly groupBy?: readonly string[];
  /** What the vertical axis counts. */
  readonly unit: string;
}

export interface ChartsProps {
  readonly title: string;
  readonly charts: readonly Chart[];
}

/** A page of Cloud Monitoring with two charts in a row. */
export class Charts extends Construct {
  constructor(scope: Construct, id: string, { title, charts }: ChartsProps) {
    super(scope, id);
    new MonitoringDashboard(this, 'page', {
      dashboardJson: JSON.stringify({
        displayName: title,
        gridLayout: {
          columns: '2',
          widgets: charts.map((chart) => ({
            title: chart.title,
            xyChart: {
              dataSets: [
                {
                  plotType: 'LINE',
                  targetAxis: 'Y1',
                  timeSeriesQuery: {
                    timeSeriesFilter: {
                      filter: chart.filter,
                      aggregation: {
                        alignmentPeriod: '300s',
                        perSeriesAligner: chart.align,
                        crossSeriesReducer: chart.reduce,
                        ...(chart.groupBy ? { groupByFields: chart.groupBy } : {}),
                      },
                    },
                  },
                },
              ],
              yAxis: { label: chart.unit, scale: 'LINEAR' },
            },
          })),
        },
      }),
    });
  }
}
