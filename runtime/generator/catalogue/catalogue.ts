/** A song that can be played. */
export interface Track {
  /** Key of the song; what imported catalogues call it, or our own. */
  readonly trackId: string;
  readonly artist: string;
  readonly title: string;
  readonly durationSeconds: number;
  /** Day on which it came out, days since 1970-01-01, where that is known. */
  readonly releaseDay?: number;
}

/** The songs of a run and how often each is played. */
export interface Catalogue {
  readonly tracks: readonly Track[];
  /**
   * How often each track is played relative to the others on a day (days since 1970-01-01, UTC). Pure: the same day
   * has the same weights in every worker and every run.
   */
  weightsOn(day: number): Float64Array;
}

/** A catalogue whose popularity never changes, such as an imported list of play counts. */
export function fixedCatalogue(tracks: readonly Track[], plays: readonly number[]): Catalogue {
  const weights = Float64Array.from(plays);
  return { tracks, weightsOn: () => weights };
}
