import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Catalogue } from './catalogue.ts';

const dayMs = 86_400_000;

/** A song as the reference data of the warehouse has it. */
export interface ReferenceTrack {
  readonly trackId: string;
  readonly artist: string;
  readonly song: string;
  /** Seconds. */
  readonly duration: number;
  /** ISO date; null where it is not known. */
  readonly released: string | null;
}

/** The songs of a catalogue, whether they were played or not. */
export function referenceTracks({ tracks }: Catalogue): ReferenceTrack[] {
  return tracks.map(({ trackId, artist, title, durationSeconds, releaseDay }) => ({
    trackId,
    artist,
    song: title,
    duration: durationSeconds,
    released: releaseDay === undefined ? null : new Date(releaseDay * dayMs).toISOString().slice(0, 10),
  }));
}

/** A catalogue as JSON lines. */
export function catalogueLines(catalogue: Catalogue): string {
  return referenceTracks(catalogue)
    .map((track) => `${JSON.stringify(track)}\n`)
    .join('');
}

/** Writes a catalogue as JSON lines; the file appears whole or not at all. */
export async function writeCatalogue(catalogue: Catalogue, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, catalogueLines(catalogue));
  await rename(`${path}.new`, path);
}
