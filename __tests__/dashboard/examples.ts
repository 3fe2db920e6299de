import { createHash } from 'node:crypto';

/** The key of the synthetic marts' artist 3. */
export const artistKey = createHash('md5').update('Artist 3').digest('hex');

/** Parameters, against the synthetic marts, of datasets that do not answer without any. */
export const examples: Readonly<Record<string, string>> = {
  song: '?key=song-3',
  'song-days': '?key=song-3',
  'song-ranks': '?key=song-3',
  'artist-of-song': '?key=song-3',
  artist: `?key=${artistKey}`,
  'artist-days': `?key=${artistKey}`,
  'artist-songs': `?key=${artistKey}`,
  'artist-ranks': `?key=${artistKey}`,
  wrapped: '?user=37&year=2026',
  'wrapped-songs': '?user=37&year=2026',
  'wrapped-artists': '?user=37&year=2026',
  'wrapped-nearest': '?user=31&year=2026',
};
