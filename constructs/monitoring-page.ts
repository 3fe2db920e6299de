import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard/index.js';
import { Construct } from 'constructs';

/** One line graph. */
export interface Graph {
  readonly title: string;
  readonly filter: string;
  readonly align: 'ALIGN_PERCENTILE_99' | 'ALIGN_MEAN' | 'ALIGN_RATE' | 'ALIGN_DELTA';
  readonly reduce: 'REDUCE_MAX' | 'REDUCE_SUM' | 'REDUCE_MEAN';
  /** Labels that each get a line of their own. @default one line */
  readonly groupBy?: readonly string[];
  /** What the vertical axis counts. */
  readonly unit: string;
}

interface MonitoringPageProps {
  readonly title: string;
  readonly graphs: readonly Graph[];
}

/** A page of Cloud Monitoring with two graphs in a row. */
export class MonitoringPage extends Construct {
  constructor(scope: Construct, id: string, { title, graphs }: MonitoringPageProps) {
    super(scope, id);
    new MonitoringDashboard(this, 'page', {
      dashboardJson: JSON.stringify({
        displayName: title,
        gridLayout: {
          columns: '2',
          widgets: graphs.map((graph) => ({
            title: graph.title,
            xyChart: {
              dataSets: [
                {
                  plotType: 'LINE',
                  targetAxis: 'Y1',
                  timeSeriesQuery: {
                    timeSeriesFilter: {
                      filter: graph.filter,
                      aggregation: {
                        alignmentPeriod: '300s',
                        perSeriesAligner: graph.align,
                        crossSeriesReducer: graph.reduce,
                        ...(graph.groupBy ? { groupByFields: graph.groupBy } : {}),
                      },
                    },
                  },
                },
              ],
              yAxis: { label: graph.unit, scale: 'LINEAR' },
            },
          })),
        },
      }),
    });
  }
}
