import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import { Construct } from 'constructs';

/** How the samples of a metric become the one number that is compared. */
export interface Aggregation {
  readonly periodSeconds: number;
  readonly align:
    | 'ALIGN_PERCENTILE_99'
    | 'ALIGN_MEAN'
    | 'ALIGN_SUM'
    | 'ALIGN_DELTA'
    | 'ALIGN_RATE'
    | 'ALIGN_COUNT';
  readonly reduce: 'REDUCE_MAX' | 'REDUCE_SUM' | 'REDUCE_MEAN';
  /** @default all series become one */
  readonly groupBy?: readonly string[];
}

interface Measured {
  readonly filter: string;
  readonly aggregation: Aggregation;
}

/** A number that is too high or too low for some time. */
type Threshold = Measured & {
  /** A second metric that the first is divided by. @default the metric itself is compared */
  readonly dividedBy?: string;
  /** For how long it must be so. */
  readonly forSeconds: number;
} & ({ readonly above: number } | { readonly below: number });

/** Nothing was seen for so long; 23.5 hours at most. */
type Absence = Measured & { readonly absentForSeconds: number };

/** What must be so for a person to be told. */
type Condition = Threshold | Absence;

export interface AlertProps {
  readonly title: string;
  readonly severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  /** The alert fires when any of these is so; each by the name that a person reads. */
  readonly conditions: Readonly<Record<string, Condition>>;
  /** Markdown: what it means, what to look at first, what to do. */
  readonly documentation: string;
  /** Ids of notification channels. */
  readonly channels: readonly string[];
}

const aggregationOf = ({ periodSeconds, align, reduce, groupBy }: Aggregation) => ({
  alignmentPeriod: `${periodSeconds}s`,
  perSeriesAligner: align,
  crossSeriesReducer: reduce,
  ...(groupBy ? { groupByFields: [...groupBy] } : {}),
});

/** Tells people of one kind of trouble, with what to do about it in the message. */
export class Alert extends Construct {
  constructor(scope: Construct, id: string, props: AlertProps) {
    super(scope, id);
    new MonitoringAlertPolicy(this, 'policy', {
      displayName: props.title,
      combiner: 'OR',
      severity: props.severity,
      notificationChannels: [...props.channels],
      documentation: { content: props.documentation, mimeType: 'text/markdown' },
      alertStrategy: { autoClose: '86400s' },
      conditions: Object.entries(props.conditions).map(([displayName, condition]) => ({
        displayName,
        ...('forSeconds' in condition
          ? {
              conditionThreshold: {
                filter: condition.filter,
                ...('above' in condition
                  ? { comparison: 'COMPARISON_GT', thresholdValue: condition.above }
                  : { comparison: 'COMPARISON_LT', thresholdValue: condition.below }),
                duration: `${condition.forSeconds}s`,
                aggregations: [aggregationOf(condition.aggregation)],
                ...(condition.dividedBy
                  ? {
                      denominatorFilter: condition.dividedBy,
                      denominatorAggregations: [aggregationOf(condition.aggregation)],
                    }
                  : {}),
                trigger: { count: 1 },
              },
            }
          : {
              conditionAbsent: {
                filter: condition.filter,
                duration: `${condition.absentForSeconds}s`,
                aggregations: [aggregationOf(condition.aggregation)],
                trigger: { count: 1 },
              },
            }),
      })),
    });
  }
}
