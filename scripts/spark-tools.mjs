/**
 * Brings what the Spark job needs on one machine, about 480 MB: PySpark and the jars of its Kafka source. A no-op when
 * all is there; with `--check` it brings nothing and exits 1 when something is missing.
 */
import { bring, makeJars, makePython } from './tools/bring.mjs';

bring([
  {
    title: 'PySpark',
    input: 'runtime/spark/requirements.lock',
    output: 'spark/python',
    make: makePython,
  },
  {
    title: "the jars of Spark's Kafka source",
    input: 'runtime/spark/pom.xml',
    output: 'spark/jars',
    make: makeJars,
  },
]);
