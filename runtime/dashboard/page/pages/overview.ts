import type { DatasetRow } from '../../datasets/index.ts';
import { stateOf } from '../../datasets/states.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import type { Page, PageContext } from '../app.ts';
import { type Card, card } from '../card.ts';
import { rankList } from '../charts/rank-list.ts';
import { shareBar } from '../charts/share-bar.ts';
import { h } from '../dom.ts';
import { filterBar } from '../filter-bar.ts';
import { type Filters, readFilters } from '../filters.ts';
import { compact, day } from '../format.ts';
import { activityCard } from './overview/activity-card.ts';
import { mapCard } from './overview/map-card.ts';
import { tiles } from './overview/tiles.ts';

/** What the parts of the overview show: the filters and where they came from. */
export interface Selection {
  readonly filters: Filters;
  readonly context: PageContext;
}

const genders: Readonly<Record<string, string>> = { F: 'Women', M: 'Men' };
const levels: Readonly<Record<string, string>> = { free: 'Free', paid: 'Paid' };

function songsCard(selection: () => Selection): Card {
  const params = () => ({ from: selection().filters.from, to: selection().filters.to, limit: 10 });
  return card<DatasetRow<'top-songs'>[]>({
    id: 'top-songs',
    title: 'Most played songs',
    note: 'Streams, all listeners',
    layout: 'half ranked',
    load: (signal) => fetchRows('top-songs', params(), signal),
    draw: (rows) =>
      rankList({
        items: rows.map(({ song, artist, streams }) => ({ title: song, subtitle: artist, value: streams })),
        unit: 'streams',
      }),
    table: (rows) => ({
      caption: 'Most played songs',
      csv: datasetAddress('top-songs', { ...params(), limit: 500 }, '.csv'),
      columns: [
        { label: 'Song' },
        { label: 'Artist' },
        { label: 'Streams', numeric: true },
        { label: 'Minutes', numeric: true },
      ],
      rows: rows.map(({ song, artist, streams, minutes }) => [song, artist, streams, Math.round(minutes)]),
    }),
  });
}

function artistsCard(selection: () => Selection): Card {
  const params = () => ({ from: selection().filters.from, to: selection().filters.to, limit: 10 });
  return card<DatasetRow<'top-artists'>[]>({
    id: 'top-artists',
    title: 'Most played artists',
    note: 'Streams, all listeners',
    layout: 'half ranked',
    load: (signal) => fetchRows('top-artists', params(), signal),
    draw: (rows) =>
      rankList({
        items: rows.map(({ artist, streams }) => ({ title: artist, value: streams })),
        unit: 'streams',
        tone: 'warm',
      }),
    table: (rows) => ({
      caption: 'Most played artists',
      csv: datasetAddress('top-artists', { ...params(), limit: 500 }, '.csv'),
      columns: [
        { label: 'Artist' },
        { label: 'Streams', numeric: true },
        { label: 'Minutes', numeric: true },
      ],
      rows: rows.map(({ artist, streams, minutes }) => [artist, streams, Math.round(minutes)]),
    }),
  });
}

function audienceCard(
  by: 'gender' | 'level',
  title: string,
  names: Readonly<Record<string, string>>,
  selection: () => Selection,
): Card {
  const params = () => {
    const { from, to, state, level } = selection().filters;
    return { by, from, to, state, level } as const;
  };
  return card<DatasetRow<'audience'>[]>({
    id: `by-${by}`,
    title,
    note: 'Listeners on an average day',
    layout: 'half shared',
    load: (signal) => fetchRows('audience', params(), signal),
    draw: (rows) =>
      shareBar(
        [...rows]
          .sort((a, b) => a.segment.localeCompare(b.segment))
          .map(({ segment, daily_listeners }, index) => ({
            label: names[segment] ?? segment,
            value: daily_listeners,
            tone: `tone-${by}-${index}`,
          })),
        'listeners a day',
      ),
    table: (rows) => ({
      caption: title,
      csv: datasetAddress('audience', params(), '.csv'),
      columns: [
        { label: title.replace('By ', '') },
        { label: 'Listeners a day', numeric: true },
        { label: 'Streams', numeric: true },
        { label: 'Minutes', numeric: true },
      ],
      rows: rows.map(({ segment, daily_listeners, streams, minutes }) => [
        names[segment] ?? segment,
        compact(daily_listeners),
        streams,
        Math.round(minutes),
      ]),
    }),
  });
}

function headline({ from, to, state, level }: Filters): string {
  const place = state ? (stateOf(state)?.name ?? state) : 'the whole country';
  const who = level ? `${level} listeners` : 'everyone';
  return `${from === to ? day(from) : `${day(from)} – ${day(to)}`}, ${who}, ${place}`;
}

/** The front page: the headline numbers, listening over time, where, what and who. */
export function openOverview(opened: PageContext): Page {
  let current: Selection = {
    context: opened,
    filters: readFilters(opened.location.search, opened.extent),
  };
  const selection = () => current;
  const pick = (search: string) => current.context.go(`/${search}`, { replace: true });
  const bar = filterBar(pick);
  const subtitle = h('p', { class: 'lede' });
  const cards = [
    tiles(selection),
    activityCard(selection),
    mapCard(selection, pick),
    songsCard(selection),
    artistsCard(selection),
    audienceCard('gender', 'By gender', genders, selection),
    audienceCard('level', 'By level', levels, selection),
  ];
  const element = h(
    'div',
    { class: 'page' },
    h(
      'div',
      { class: 'page-head' },
      h('div', {}, h('h1', {}, 'What people listen to'), subtitle),
      bar.element,
    ),
    h('div', { class: 'grid' }, ...cards.map((part) => part.element)),
  );
  const update = (context: PageContext) => {
    current = { context, filters: readFilters(context.location.search, context.extent) };
    bar.show(current.filters, context.extent);
    subtitle.textContent = headline(current.filters);
    for (const part of cards) void part.refresh();
  };
  update(opened);
  return { title: 'Overview', element, update };
}
