import type { DatasetRow } from '../../datasets/index.ts';
import { stateOf } from '../../datasets/states.ts';
import { fetchRows } from '../api.ts';
import type { Page, PageContext } from '../app.ts';
import { type Card, card } from '../card.ts';
import { rankList } from '../charts/rank-list.ts';
import { h } from '../dom.ts';
import { filterBar } from '../filter-bar.ts';
import { type Filters, readFilters, writeFilters } from '../filters.ts';
import { day } from '../format.ts';
import { pageHead } from '../page-head.ts';
import { activityCard } from '../parts/activity-card.ts';
import { audienceCard } from '../parts/audience-cards.ts';
import { type Selection, selectionText } from '../parts/selection.ts';
import { tiles } from '../parts/tiles.ts';

const shown = 10;

function noteOf(rows: readonly { day: string }[]): string {
  return rows[0] ? `Week of ${day(rows[0].day)}` : '';
}

function songsOfState(region: string): Card {
  return card<DatasetRow<'song-chart'>[]>({
    id: 'songs',
    title: 'Song chart of the state',
    note: 'The newest week',
    layout: 'half ranked',
    load: (signal) => fetchRows('song-chart', { region, limit: shown }, signal),
    draw: (rows) =>
      rankList({
        items: rows.map(({ song, song_key, artist, streams }) => ({
          title: song,
          subtitle: artist,
          href: `/songs/${encodeURIComponent(song_key)}`,
          value: streams,
        })),
        unit: 'streams',
      }),
    table: (rows) => ({
      caption: `Song chart, ${noteOf(rows)}`,
      columns: [{ label: 'Song' }, { label: 'Artist' }, { label: 'Streams', numeric: true }],
      rows: rows.map(({ song, artist, streams }) => [song, artist, streams]),
    }),
  });
}

function artistsOfState(region: string): Card {
  return card<DatasetRow<'artist-chart'>[]>({
    id: 'artists',
    title: 'Artist chart of the state',
    note: 'The newest week',
    layout: 'half ranked',
    load: (signal) => fetchRows('artist-chart', { region, limit: shown }, signal),
    draw: (rows) =>
      rankList({
        items: rows.map(({ artist, artist_key, streams }) => ({
          title: artist,
          href: `/artists/${encodeURIComponent(artist_key)}`,
          value: streams,
        })),
        unit: 'streams',
        tone: 'warm',
      }),
    table: (rows) => ({
      caption: `Artist chart, ${noteOf(rows)}`,
      columns: [{ label: 'Artist' }, { label: 'Streams', numeric: true }],
      rows: rows.map(({ artist, streams }) => [artist, streams]),
    }),
  });
}

/** The page of a state of the USA. */
export function openState(opened: PageContext, [code = '']: readonly string[]): Page {
  const state = stateOf(code.toUpperCase());
  if (!state) {
    const element = h(
      'div',
      { class: 'message' },
      h('h1', {}, 'No such state'),
      h('p', {}, 'A state page has the two-letter code of a US state in its address, such as /states/CA.'),
    );
    return { title: 'No such state', element, update: () => {} };
  }
  const read = (context: PageContext): Filters => ({
    ...readFilters(context.location.search, context.extent),
    state: state.code,
  });
  let current: Selection = { context: opened, filters: read(opened) };
  const selection = () => current;
  const bar = filterBar(
    (search) => {
      const { filters } = current;
      const next = readFilters(search, current.context.extent);
      const address = writeFilters({ ...next, state: undefined, level: filters.level });
      current.context.go(`/states/${state.code}${address}`, { replace: true });
    },
    { audience: false },
  );
  const head = pageHead(state.name, bar.element);
  const cards = [
    tiles(selection),
    activityCard(selection),
    songsOfState(state.code),
    artistsOfState(state.code),
    audienceCard('gender', selection),
    audienceCard('level', selection),
  ];
  const update = (context: PageContext) => {
    current = { context, filters: read(context) };
    bar.show(current.filters, context.extent);
    head.subtitle.textContent = selectionText(current.filters);
    for (const part of cards) void part.refresh();
  };
  update(opened);
  const chartLink = h('a', { href: `/charts?region=${state.code}` }, `The whole Hot 100 of ${state.name}`);
  const element = h(
    'div',
    { class: 'page' },
    h('p', { class: 'kind' }, 'State'),
    head.element,
    h('div', { class: 'grid' }, ...cards.map((part) => part.element)),
    h('p', { class: 'chart-foot' }, chartLink),
  );
  return { title: state.name, element, update };
}
