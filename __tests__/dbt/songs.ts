import type { ReferenceRowOf } from '../../runtime/contract/reference-tables.ts';

/**
 * Two catalogues that the listeners' songs are from: the older has them all and says no day of release, the newer
 * has one in two and days of release. Both have songs that come after the 400 that listeners play.
 */
export const catalogueSongs: readonly ReferenceRowOf<'songs'>[] = ['old', 'new'].flatMap((source) =>
  Array.from({ length: 450 }, (_, rank) => ({
    trackId: `TR${String(rank).padStart(16, '0')}`,
    song: `Song ${rank} (${source})`,
    artist: `Artist ${rank < 400 ? rank % 90 : rank}`,
    duration: 120 + (rank % 200) + 0.44118,
    releasedAt: source === 'old' ? null : Date.UTC(2025, 0, 1 + rank),
    catalogueAt: source === 'old' ? Date.UTC(2026, 0, 1) : Date.UTC(2026, 1, 1),
    source,
  })).filter((_, rank) => source === 'old' || rank % 2 === 0),
);
