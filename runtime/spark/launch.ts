import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../program/errors.ts';

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const tools = fromHere('../../.beatflow/tools/spark/');

/** How the job is started on this machine. */
interface SparkLaunch {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables beside the configuration's. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Cores that Spark uses on one machine unless the configuration says otherwise. */
const defaultMaster = 'local[2]';

/**
 * The command line of the job on this machine, with the tools that `node scripts/spark-tools.mjs` brought.
 * @throws SetupError `tool_missing` where they are not there.
 */
export function sparkLaunch(args: readonly string[]): SparkLaunch {
  const python = `${tools}python/bin/python`;
  if (!existsSync(python) || !existsSync(`${tools}jars`)) {
    throw new SetupError('tool_missing', 'Spark is not installed: run node scripts/spark-tools.mjs');
  }
  return {
    command: python,
    args: [fromHere('main.py'), ...args],
    environment: {
      BEATFLOW_SPARK_MASTER: defaultMaster,
      BEATFLOW_SPARK_JARS: `${tools}jars`,
      // The driver's, the gateway's and the workers'.
      PYSPARK_PYTHON: python,
      PYTHONPATH: fromHere('.'),
      SPARK_LOCAL_HOSTNAME: 'localhost',
    },
  };
}
