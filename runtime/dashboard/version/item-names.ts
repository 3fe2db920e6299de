import { type MartsVersion, namedQuery, type Row } from '../../warehouse/marts/marts.ts';
import { oncePerVersion } from './once-per-version.ts';

/** What has a key and names. */
export type ItemKind = 'song' | 'artist';

const columns: Readonly<Record<ItemKind, string>> = { song: 'song, artist', artist: 'artist' };

const namesOf = (kind: ItemKind) => {
  const key = `${kind}_key`;
  const query = namedQuery(`${kind}_names`, `select ${key}, ${columns[kind]} from marts.${kind}_totals`);
  return oncePerVersion(async (version): Promise<ReadonlyMap<Row[string], Row>> => {
    const items = await version.query(query, {});
    return new Map(items.map((item) => [item[key] ?? null, item]));
  });
};

const names = { song: namesOf('song'), artist: namesOf('artist') };

/**
 * Rows with the names that belong to their keys; a row whose item the version does not know is left out. The names of all
 * items are read once for each version: a join that looks up ten of them costs a quarter of a ranking.
 */
export async function withNames(
  kind: ItemKind,
  rows: readonly Row[],
  version: MartsVersion,
): Promise<readonly Row[]> {
  if (rows.length === 0) return rows;
  const items = await names[kind](version);
  return rows.flatMap((row) => {
    const item = items.get(row[`${kind}_key`] ?? null);
    return item ? [{ ...item, ...row }] : [];
  });
}
