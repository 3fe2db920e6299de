import { z } from 'zod';
import { type NamedQuery, namedQuery, type Values } from '../../warehouse/marts.ts';
import type { ItemKind } from '../item-names.ts';
import { column, defineDataset } from './dataset.ts';
import { partsOf } from './days.ts';
import { inPeriod } from './fragments.ts';
import { audience, limit, period } from './parameters.ts';

type Level = 'free' | 'paid';

const measuresOf: Readonly<Record<Level | 'all', string>> = {
  all: 'streams, minutes',
  paid: 'paid_streams as streams, paid_minutes as minutes',
  free: 'streams - paid_streams as streams, minutes - paid_minutes as minutes',
};

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

/** Everywhere: whole weeks from the mart by week, the days around them from the one by day. */
const everywhere = (kind: ItemKind, measures: string) => {
  const part = (cycle: 'daily' | 'weekly', from: string, to: string) =>
    `  select ${kind}_key, ${measures} from marts.${kind}_popularity_${cycle}
  where day between cast($${from} as date) and cast($${to} as date)`;
  return ranking(
    kind,
    [
      part('daily', 'from', 'head_to'),
      part('weekly', 'weeks_from', 'weeks_to'),
      part('daily', 'tail_from', 'to'),
    ].join('\n  union all\n'),
  );
};

const inState = (kind: ItemKind, measures: string) =>
  ranking(
    kind,
    `  select ${kind}_key, ${measures} from marts.song_popularity_by_state_daily
  where state = $state and ${inPeriod}`,
  );

const queriesOf = (kind: ItemKind) => {
  const byLevel = (name: string, text: (measures: string) => string) => ({
    all: namedQuery(name, text(measuresOf.all)),
    free: namedQuery(`${name}_free`, text(measuresOf.free)),
    paid: namedQuery(`${name}_paid`, text(measuresOf.paid)),
  });
  const country = byLevel(`top_${kind}s`, (measures) => everywhere(kind, measures));
  const state = byLevel(`top_${kind}s_of_state`, (measures) => inState(kind, measures));
  return (params: { state?: string | undefined; level?: Level | undefined }): NamedQuery =>
    (params.state === undefined ? country : state)[params.level ?? 'all'];
};

const derive = ({ from, to }: { from?: string | undefined; to?: string | undefined }): Values =>
  from !== undefined && to !== undefined ? { ...partsOf(from, to) } : {};

const params = z.strictObject({ ...period, ...audience, limit: limit(10, 500) });

/** The most played songs. */
export const topSongs = defineDataset({
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
export const topArtists = defineDataset({
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
