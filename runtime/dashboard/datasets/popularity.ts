import { z } from 'zod';
import { type NamedQuery, namedQuery, type Values } from '../../warehouse/marts.ts';
import { column, defineDataset } from './dataset.ts';
import { partsOf } from './days.ts';
import { inPeriod } from './fragments.ts';
import { audience, limit, period } from './parameters.ts';

type Kind = 'song' | 'artist';
type Level = 'free' | 'paid';

const measuresOf: Readonly<Record<Level | 'all', string>> = {
  all: 'streams, minutes',
  paid: 'paid_streams as streams, paid_minutes as minutes',
  free: 'streams - paid_streams as streams, minutes - paid_minutes as minutes',
};

/**
 * Items by their streams: `source` has a row for each piece of an item's listening. Where the last places have equals, the
 * lesser keys have them; names are looked up for those that have a place, and order equals among them.
 */
const ranking = (kind: Kind, source: string) => {
  const names = (kind === 'song' ? ['song', 'artist'] : ['artist']).map((name) => `items.${name}`).join(', ');
  return `with leaders as (
  select cast(sums.${kind}_key as string) as item, sums.streams, sums.minutes
  from (
    select ${kind}_key, sum(streams) as streams, sum(minutes) as minutes
    from (
${source}
    ) as pieces
    group by ${kind}_key
  ) as sums
  where sums.streams > 0
  order by sums.streams desc, sums.${kind}_key
  limit $limit
)
select leaders.item as ${kind}_key, ${names}, leaders.streams, leaders.minutes
from leaders
inner join marts.${kind}_totals as items on leaders.item = items.${kind}_key
order by leaders.streams desc, ${names}, leaders.item`;
};

/** Everywhere: whole weeks from the mart by week, the days around them from the one by day. */
const everywhere = (kind: Kind, measures: string) => {
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

const inState: Readonly<Record<Kind, (measures: string) => string>> = {
  song: (measures) =>
    ranking(
      'song',
      `  select song_key, ${measures} from marts.song_popularity_by_state_daily
  where state = $state and ${inPeriod}`,
    ),
  artist: (measures) =>
    ranking(
      'artist',
      `  select songs.artist_key, heard.streams, heard.minutes
  from (
    select song_key, sum(streams) as streams, sum(minutes) as minutes
    from (
      select song_key, ${measures} from marts.song_popularity_by_state_daily
      where state = $state and ${inPeriod}
    ) as pieces_of_songs
    group by song_key
  ) as heard
  inner join marts.song_totals as songs on cast(heard.song_key as string) = songs.song_key`,
    ),
};

const queriesOf = (kind: Kind) => {
  const byLevel = (name: string, text: (measures: string) => string) => ({
    all: namedQuery(name, text(measuresOf.all)),
    free: namedQuery(`${name}_free`, text(measuresOf.free)),
    paid: namedQuery(`${name}_paid`, text(measuresOf.paid)),
  });
  const country = byLevel(`top_${kind}s`, (measures) => everywhere(kind, measures));
  const state = byLevel(`top_${kind}s_of_state`, inState[kind]);
  return (params: { state?: string | undefined; level?: Level | undefined }): NamedQuery =>
    (params.state === undefined ? country : state)[params.level ?? 'all'];
};

const derive = ({ from, to }: { from?: string | undefined; to?: string | undefined }): Values =>
  from !== undefined && to !== undefined ? { ...partsOf(from, to) } : {};

const params = z.strictObject({ ...period, ...audience, limit: limit(10, 500) });

/** The most played songs. */
export const topSongs = defineDataset({
  name: 'top-songs',
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
