import type { Logger } from '../../program/logger.ts';
import { openBigQueryMarts } from './bigquery.ts';
import type { MartsLocation } from './location.ts';
import type { MartsWarehouse } from './marts.ts';
import { openMarts } from './store.ts';

/** Opens the marts at a location. Google's client is only loaded where it is needed. */
export async function openMartsAt(location: MartsLocation, logger: Logger): Promise<MartsWarehouse> {
  if ('folder' in location) return openMarts({ marts: location.folder, logger });
  const { bigQueryReader } = await import('./bigquery-reader.ts');
  return openBigQueryMarts({ reader: bigQueryReader(location.bigquery), at: location.bigquery, logger });
}
