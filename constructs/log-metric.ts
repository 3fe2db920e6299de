import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric/index.js';
import { Construct } from 'constructs';

export interface LogMetricProps {
  readonly name: string;
  readonly description: string;
  /** Log query that selects the lines. */
  readonly filter: string;
  /** How the number is taken from a line, for example `EXTRACT(jsonPayload.lag)`. */
  readonly extractor: string;
  /** UCUM unit of the number, for example `s`. */
  readonly unit: string;
}

/** The distribution of a number that a program writes into its log lines. */
export class LogMetric extends Construct {
  /** Type of the metric, for filters of alerts and graphs. */
  readonly type: string;

  constructor(scope: Construct, id: string, props: LogMetricProps) {
    super(scope, id);
    this.type = `logging.googleapis.com/user/${props.name}`;
    new LoggingMetric(this, 'metric', {
      name: props.name,
      description: props.description,
      filter: props.filter,
      valueExtractor: props.extractor,
      metricDescriptor: { metricKind: 'DELTA', valueType: 'DISTRIBUTION', unit: props.unit },
      // From 1 to about 10^9 in steps of a factor of two.
      bucketOptions: { exponentialBuckets: { numFiniteBuckets: 30, growthFactor: 2, scale: 1 } },
    });
  }
}
