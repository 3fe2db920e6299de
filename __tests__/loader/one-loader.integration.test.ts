import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import type { LoaderConfig } from '../../runtime/loader/config.ts';
import { runLoader } from '../../runtime/loader/main.ts';
import { errorMessage } from '../../runtime/program/errors.ts';
import { bigQueryWarehouse, FakeBigQuery } from '../support/fake-bigquery.ts';
import { silentLogger } from '../support/pipeline.ts';
import { SegmentWriter } from '../support/segments.ts';

const five = Date.UTC(2026, 10, 20, 5);

let folder: string;
let bigquery: FakeBigQuery;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-one-loader-'));
  bigquery = await FakeBigQuery.start(folder);
});
afterEach(async () => {
  await bigquery.stop();
  await rm(folder, { recursive: true, force: true });
});

// A DuckDB file lets one process in by itself, which load.integration.test.ts shows; there is no lease.
test('of two loaders of a BigQuery warehouse that have one hostname and one pid, one loads', async () => {
  await new SegmentWriter(new LocalDiskStore(folder)).commit([five]);
  const config: LoaderConfig = {
    kind: 'bigquery',
    warehouse: 'bigquery',
    lake: folder,
    maxHours: 500,
    project: 'test-project',
    location: 'EU',
    datasetPrefix: 'dev',
  };
  const decided = Promise.withResolvers<void>();
  let opened = 0;
  const open = async () => {
    // Who may load waits until the other was told, so that both ask while nobody has released anything.
    if (++opened === 2) decided.resolve();
    await decided.promise;
    return bigQueryWarehouse(bigquery);
  };
  const runOne = async () => {
    try {
      const { rows } = await runLoader(
        config,
        { logger: silentLogger, stop: new AbortController().signal, open },
        undefined,
      );
      return `loaded ${rows} rows`;
    } catch (error) {
      decided.resolve();
      return errorMessage(error);
    }
  };
  const outcomes = await Promise.all([runOne(), runOne()]);
  expect(outcomes.filter((outcome) => outcome === 'loaded 1 rows')).toHaveLength(1);
  expect(outcomes).toContainEqual(expect.stringMatching(/ is loading; its right ends at /));
  expect(bigquery.requests.filter(({ configuration }) => configuration.load)).toHaveLength(1);
});
