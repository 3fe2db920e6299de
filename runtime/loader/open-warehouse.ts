import { fileURLToPath } from 'node:url';
import type { Logger } from '../program/logger.ts';
import { bigQueryClient } from '../warehouse/bigquery-client.ts';
import { BigQueryWarehouse } from '../warehouse/raw/bigquery-warehouse.ts';
import { DuckDbWarehouse } from '../warehouse/raw/duckdb-warehouse.ts';
import type { Warehouse } from '../warehouse/raw/warehouse.ts';
import type { LoaderConfig } from './config.ts';

/** How a warehouse is opened. */
interface OpenOptions {
  /** Nothing will be written, so nothing is created either. @default false */
  readonly toRead?: boolean;
}

/** Opens the warehouse that a configuration names. */
export async function openWarehouse(
  config: LoaderConfig,
  logger: Logger,
  { toRead = false }: OpenOptions = {},
): Promise<Warehouse> {
  if (config.kind === 'bigquery') {
    const { project, location, datasetPrefix, lake } = config;
    return new BigQueryWarehouse({
      client: bigQueryClient({ projectId: project }),
      project,
      location,
      dataset: `${datasetPrefix}_raw`,
      lake,
      logger,
    });
  }
  const place = {
    path: config.duckDbPath,
    lakeFolder: config.lake.startsWith('file:') ? fileURLToPath(config.lake) : config.lake,
  };
  if (toRead) return DuckDbWarehouse.openToRead(place);
  return DuckDbWarehouse.open({ ...place, avroExtension: config.avroExtension });
}
