import type { Catalogue } from './catalogue.ts';
import { importCatalogue } from './import.ts';
import { syntheticCatalogue } from './synthetic.ts';

/** Where the songs come from; plain data, so that it can be sent to a worker. */
export type CatalogueSource =
  | { readonly type: 'synthetic'; readonly size: number }
  | { readonly type: 'file'; readonly path: string };

/** The catalogue of a run. */
export function openCatalogue(source: CatalogueSource, seed: number, startDay: number): Catalogue {
  return source.type === 'synthetic'
    ? syntheticCatalogue({ seed, startDay, size: source.size })
    : importCatalogue(source.path);
}
