import { DataprocJob } from '@cdktf/provider-google/lib/dataproc-job/index.js';
import { Construct } from 'constructs';

export interface SparkJobProps {
  readonly region: string;
  readonly cluster: string;
  /** gs:// addresses of the driver's script, of the zip that it imports from, and of the jars. */
  readonly main: string;
  readonly code: string;
  readonly jars: readonly string[];
  /** Variables by name; they come as arguments, because a driver has no environment of its own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Failures after which a job is given up: starting again is what it does in trouble, so many times it must be able to. */
const failuresPerHour = 10;
const failuresInTotal = 240;

/** A streaming job on a Dataproc cluster. Another version of the code, or of a value, replaces it. */
export class SparkJob extends Construct {
  constructor(scope: Construct, id: string, props: SparkJobProps) {
    super(scope, id);
    new DataprocJob(this, 'job', {
      region: props.region,
      placement: { clusterName: props.cluster },
      // Whatever ends it, nothing is lost: the next one begins where the lake ends.
      forceDelete: true,
      scheduling: { maxFailuresPerHour: failuresPerHour, maxFailuresTotal: failuresInTotal },
      pysparkConfig: {
        mainPythonFileUri: props.main,
        pythonFileUris: [props.code],
        jarFileUris: [...props.jars],
        args: Object.entries(props.environment).map(([name, value]) => `${name}=${value}`),
        properties: {
          'spark.executor.memoryOverheadFactor': '0.4',
          'spark.submit.deployMode': 'client',
        },
      },
    });
  }
}
