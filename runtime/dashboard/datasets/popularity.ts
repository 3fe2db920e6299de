import { z } from 'zod';
import { type NamedQuery, namedQuery, type Values } from '../../warehouse/marts/marts.ts';
import { addDays } from '../shared/days.ts';
import type { Extent } from '../version/extent.ts';
import type { ItemKind } from '../version/item-names.ts';
import { column, defineDataset } from './dataset.ts';
import { inPeriod } from './fragments.ts';
import { audience, limit, period } from './parameters.ts';

type Level = 'free' | 'paid';

/** The measures of a level, as columns of a mart; `sign` goes before each. */
const measuresOf = (level: Level | 'all', sign = '') =>
  ['streams', 'minutes']
    .map((measure) => {
      const ofLevel = { all: measure, paid: `paid_${measure}`, free: `(${measure} - paid_${measure})` }[
        level
      ];
      return `${sign}${ofLevel} as ${measure}`;
    })
    .join(', ');

/** Items by their streams, equals by key: `source` has a row for each piece of an item's listening. */
const ranking = (
  kind: ItemKind,
  source: string,
) => `select cast(sums.${kind}_key as string) as ${kind}_key, sums.streams, sums.minutes
from (
  select ${kind}_key, sum(streams) as streams, sum(minutes) as minutes
  from (
${source}
  ) as pieces
  group by ${kind}_key
) as sums
where sums.streams > 0
order by sums.streams desc, sums.${kind}_key
limit $limit`;

/** Everywhere: what had been heard at the end of the period, less what had been before it began. */
const everywhere = (kind: ItemKind, level: Level | 'all') => {
  const upTo = (day: string, sign = '') =>
    `  select ${kind}_key, ${measuresOf(level, sign)} from marts.${kind}_running_totals_daily
  where day = cast($${day} as date)`;
  return ranking(kind, [upTo('end_day'), upTo('day_before', '-')].join('\n  union all\n'));
};

const inState = (kind: ItemKind, level: Level | 'all') =>
  ranking(
    kind,
    `  select ${kind}_key, ${measuresOf(level)} from marts.song_popularity_by_state_daily
  where state = $state and ${inPeriod}`,
  );

const queriesOf = (kind: ItemKind) => {
  const byLevel = (name: string, text: (kind: ItemKind, level: Level | 'all') => string) => ({
    all: namedQuery(name, text(kind, 'all')),
    free: namedQuery(`${name}_free`, text(kind, 'free')),
    paid: namedQuery(`${name}_paid`, text(kind, 'paid')),
  });
  const country = byLevel(`top_${kind}s`, everywhere);
  const state = byLevel(`top_${kind}s_of_state`, inState);
  return (params: { state?: string | undefined; level?: Level | undefined }): NamedQuery =>
    (params.state === undefined ? country : state)[params.level ?? 'all'];
};

/** The days whose running totals bound the period; after the last day that there is, nothing more has been heard. */
function derive(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  { lastDay }: Pick<Extent, 'lastDay'>,
): Values {
  if (from === undefined || to === undefined) return {};
  const known = (day: string) => (day < lastDay ? day : lastDay);
  return { end_day: known(to), day_before: known(addDays(from, -1)) };
}

const params = z.strictObject({ ...period, ...audience, limit: limit(10, 500) });

/** The most played songs. */
const topSongs = defineDataset({
  name: 'top-songs',
  named: 'song',
  doc: 'The most played songs of a period and an audience, most streams first.',
  params,
  row: z.object({
    song_key: column.text('Key of the song in the warehouse.'),
    song: column.text('Title of the song.'),
    artist: column.text('Artist of the song.'),
    streams: column.count('Times it was started.'),
    minutes: column.count('Minutes it was listened to.'),
  }),
  query: queriesOf('song'),
  derive,
});

/** The most played artists. */
const topArtists = defineDataset({
  name: 'top-artists',
  named: 'artist',
  doc: 'The most played artists of a period and an audience, most streams first.',
  params,
  row: z.object({
    artist_key: column.text('Key of the artist in the warehouse.'),
    artist: column.text('Name of the artist.'),
    streams: column.count('Songs of the artist that were started.'),
    minutes: column.count('Minutes the artist was listened to.'),
  }),
  query: queriesOf('artist'),
  derive,
});

/** The datasets about what is played most, in the order of the API's document. */
export const popularityDatasets = [topSongs, topArtists] as const;
