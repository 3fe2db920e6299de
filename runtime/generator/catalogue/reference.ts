import { createHash } from 'node:crypto';
import { dayMs } from '../../contract/durations.ts';
import type { ReferenceRowOf } from '../../contract/reference-tables.ts';
import type { ObjectStore } from '../../lake/object-store.ts';
import { referencePath } from '../../lake/paths.ts';
import type { Catalogue } from './catalogue.ts';

type Song = ReferenceRowOf<'songs'>;
/** A song as it is written: instants in ISO 8601. */
type WrittenSong = Omit<Song, 'releasedAt' | 'catalogueAt'> & {
  readonly releasedAt: string | null;
  readonly catalogueAt: string;
};

/** A catalogue as the warehouse's reference data. */
interface ReferenceCatalogue {
  /** Hash of its songs and its day: two catalogues with the same source are the same. */
  readonly source: string;
  /** The songs as JSON lines, each with the source. */
  readonly lines: string;
}

const startOf = (day: number) => new Date(day * dayMs).toISOString();

/**
 * The songs of a catalogue as reference data, whether they were played or not.
 * @param startDay day on which the run begins, days since 1970-01-01
 */
export function referenceCatalogue({ tracks }: Catalogue, startDay: number): ReferenceCatalogue {
  const songs = tracks.map(
    ({ trackId, artist, title, durationSeconds, releaseDay }): Omit<WrittenSong, 'source'> => ({
      trackId,
      song: title,
      artist,
      duration: durationSeconds,
      releasedAt: releaseDay === undefined ? null : startOf(releaseDay),
      catalogueAt: startOf(startDay),
    }),
  );
  const source = createHash('sha256').update(JSON.stringify(songs)).digest('hex').slice(0, 16);
  const lines = songs.map((song): string => `${JSON.stringify({ ...song, source } satisfies WrittenSong)}\n`);
  return { source, lines: lines.join('') };
}

/** Puts a catalogue into the lake, from where the loader takes it; one that is there is left as it is. */
export async function publishCatalogue(
  { source, lines }: ReferenceCatalogue,
  store: ObjectStore,
): Promise<'created' | 'exists'> {
  return store.createIfAbsent(referencePath('songs', source), [Buffer.from(lines)]);
}
