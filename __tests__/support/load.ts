import type { ObjectStore } from '../../runtime/lake/object-store.ts';
import { type LoadSummary, load } from '../../runtime/loader/load.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { DuckDbWarehouse } from '../../runtime/warehouse/raw/duckdb-warehouse.ts';
import type { HourRange, Warehouse } from '../../runtime/warehouse/raw/warehouse.ts';

/** A lake on the disk, and the DuckDB file that it is loaded into. */
interface LakeAndFile {
  readonly path: string;
  readonly lakeFolder: string;
}

/** Opens the DuckDB file as the loader does. */
export async function openWarehouse(props: LakeAndFile): Promise<DuckDbWarehouse> {
  const { avroExtension } = await installedTools();
  return DuckDbWarehouse.open({ ...props, avroExtension });
}

/** What the loader reads. */
interface Loaded {
  readonly store: ObjectStore;
  /** @default what has changed */
  readonly range?: HourRange | undefined;
}

/** Runs the loader into a warehouse, and closes it. */
export async function loadAndClose(warehouse: Warehouse, { store, range }: Loaded): Promise<LoadSummary> {
  try {
    return await load({
      store,
      warehouse,
      range,
      maxHours: 500,
      logger: createLogger('test', { write: () => undefined }),
      progress: () => undefined,
    });
  } finally {
    await warehouse.close();
  }
}

/** Runs the loader into a DuckDB file. */
export async function loadWarehouse({ store, range, ...files }: LakeAndFile & Loaded): Promise<LoadSummary> {
  return loadAndClose(await openWarehouse(files), { store, range });
}
