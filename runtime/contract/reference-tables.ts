import { type Fields, nullable, type RecordOf, required } from './fields.ts';

/** One table of things that events refer to. It is small and replaced whole, so it has no partitions. */
interface ReferenceTable<F extends Fields = Fields> {
  /** What one row of the table is, one sentence. */
  readonly doc: string;
  readonly fields: F;
}

function defineReferenceTable<const F extends Fields>(table: ReferenceTable<F>): ReferenceTable<F> {
  return table;
}

/**
 * The reference data. It lies in the lake as JSON lines with these fields, timestamps in ISO 8601; the last field,
 * `source`, is the name of the object without its extension, by which the warehouse knows what it has loaded.
 */
export const referenceTables = {
  songs: defineReferenceTable({
    doc: 'One song of one catalogue that was played from, whether the song was played or not.',
    fields: {
      trackId: required('string', 'Key of the song in the catalogue.'),
      song: required('string', 'Title of the song.'),
      artist: required('string', 'Name of the artist.'),
      duration: required('double', 'Length of the song, seconds.'),
      releasedAt: nullable('timestamp', 'Start of the day on which the song came out, UTC.'),
      catalogueAt: required('timestamp', 'Day on which the run began that played from the catalogue, UTC.'),
      source: required('string', 'Catalogue that the row is of: the hash of its songs.'),
    },
  }),
} as const;

export type ReferenceTableName = keyof typeof referenceTables;

/** The names of all reference tables, in contract order. */
export const referenceTableNames = Object.freeze(
  Object.keys(referenceTables),
) as readonly ReferenceTableName[];

/** The row type of a reference table, for example `ReferenceRowOf<'songs'>`. */
export type ReferenceRowOf<T extends ReferenceTableName> = RecordOf<(typeof referenceTables)[T]['fields']>;
