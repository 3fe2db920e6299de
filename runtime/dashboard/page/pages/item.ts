import type { DatasetRow } from '../../datasets/index.ts';
import { itemKeyForm } from '../../shared/forms.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import type { Page, PageContext } from '../app.ts';
import { type Card, card } from '../card.ts';
import { h } from '../dom.ts';
import { compact, day, full } from '../format.ts';
import { pageHead } from '../page-head.ts';
import { linesPlot } from '../plots/lines.ts';
import { colour } from '../plots/plot.ts';
import { rankList } from '../plots/rank-list.ts';
import { timePlot } from '../plots/time.ts';

type Days = DatasetRow<'song-days'>[];
type Ranks = DatasetRow<'song-ranks'>[];

interface Summary {
  readonly streams: number;
  readonly minutes: number;
  readonly first_day: string;
  readonly best_day: string;
  readonly best_day_streams: number;
}

function figures({ streams, minutes, first_day, best_day, best_day_streams }: Summary): HTMLElement {
  const figure = (label: string, value: string, note: string) =>
    h(
      'div',
      { class: 'tile short' },
      h('dt', {}, label),
      h('dd', { class: 'tile-value' }, value),
      h('dd', { class: 'note' }, note),
    );
  return h(
    'dl',
    { class: 'tiles four' },
    figure('Streams', full(streams), 'over the whole history'),
    figure('Minutes', compact(minutes), 'listened'),
    figure('Best day', full(best_day_streams), day(best_day)),
    figure('First played', day(first_day), 'in this history'),
  );
}

function daysCard(dataset: 'song-days' | 'artist-days', key: string): Card {
  return card<Days>({
    id: 'days',
    title: 'Streams by day',
    layout: 'full timed',
    load: (signal) => fetchRows(dataset, { key }, signal),
    draw: (rows, width) =>
      timePlot({
        points: rows.map((row) => ({ at: new Date(row.day), value: row.streams })),
        grain: 'day',
        label: 'Streams',
        colour: colour.streams,
        width,
        height: 260,
      }),
    table: (rows) => ({
      caption: 'Streams by day',
      csv: datasetAddress(dataset, { key }, '.csv'),
      columns: [{ label: 'Day' }, { label: 'Streams', numeric: true }, { label: 'Listeners', numeric: true }],
      rows: rows.map((row) => [day(row.day), row.streams, row.listeners]),
    }),
  });
}

function ranksCard(dataset: 'song-ranks' | 'artist-ranks', key: string, layout: string): Card {
  return card<Ranks>({
    id: 'ranks',
    title: 'On the weekly Hot 100',
    layout,
    load: (signal) => fetchRows(dataset, { key }, signal),
    isEmpty: (rows) => rows.length === 0,
    draw: (rows, width) =>
      linesPlot({
        label: 'Place on the weekly chart of the country',
        days: rows.map((row) => row.day),
        series: [{ label: 'Place', colour: colour.listeners, values: rows.map((row) => row.chart_rank) }],
        width,
        height: 240,
        format: (value) => (Number.isInteger(value) ? `#${value}` : ''),
        ranks: true,
      }),
    table: (rows) => ({
      caption: 'Places on the weekly chart',
      csv: datasetAddress(dataset, { key }, '.csv'),
      columns: [{ label: 'Week of' }, { label: 'Place', numeric: true }, { label: 'Movement' }],
      rows: rows.map((row) => [day(row.day), row.chart_rank, row.movement]),
    }),
  });
}

/** What a page about one thing of the catalogue is made of. */
interface ItemPage {
  readonly kind: 'Song' | 'Artist';
  /** Its name and figures; undefined for an unknown key. */
  load(): Promise<{ name: string; by?: Node; summary: Summary } | undefined>;
  readonly cards: readonly Card[];
}

function itemPage({ kind, load, cards }: ItemPage, opened: PageContext): Page {
  const head = pageHead('\u2007');
  const room = h('div', { class: 'full figures' });
  const grid = h('div', { class: 'grid' }, room, ...cards.map((part) => part.element));
  const element = h('div', { class: 'page' }, h('p', { class: 'kind' }, kind), head.element, grid);
  const update = (_: PageContext) => {
    load().then(
      (found) => {
        if (!found) {
          head.title.textContent = `No such ${kind.toLowerCase()}`;
          head.subtitle.textContent = 'The link may be old, or nobody has played it yet.';
          grid.hidden = true;
          return;
        }
        grid.hidden = false;
        document.title = `${found.name} · Beatflow`;
        head.title.textContent = found.name;
        head.subtitle.replaceChildren(...(found.by ? [found.by] : []));
        room.replaceChildren(figures(found.summary));
        for (const part of cards) void part.refresh();
      },
      (error: Error) => {
        head.title.textContent = 'This cannot be shown';
        head.subtitle.textContent = error.message;
      },
    );
  };
  update(opened);
  return { title: kind, element, update };
}

/** The page of a song. */
export function openSong(opened: PageContext, [key = '']: readonly string[]): Page {
  return itemPage(
    {
      kind: 'Song',
      async load() {
        if (!itemKeyForm.test(key)) return undefined;
        const [[song], [artist]] = await Promise.all([
          fetchRows('song', { key }),
          fetchRows('artist-of-song', { key }),
        ]);
        if (!song) return undefined;
        const href = artist && `/artists/${encodeURIComponent(artist.artist_key)}`;
        return { name: song.song, by: h(href ? 'a' : 'span', { href }, song.artist), summary: song };
      },
      cards: [daysCard('song-days', key), ranksCard('song-ranks', key, 'full timed')],
    },
    opened,
  );
}

function artistSongsCard(key: string): Card {
  return card<DatasetRow<'artist-songs'>[]>({
    id: 'songs',
    title: 'Most played songs',
    layout: 'half ranked',
    load: (signal) => fetchRows('artist-songs', { key, limit: 10 }, signal),
    draw: (rows) =>
      rankList({
        items: rows.map(({ song, song_key, streams }) => ({
          title: song,
          href: `/songs/${encodeURIComponent(song_key)}`,
          value: streams,
        })),
        unit: 'streams',
      }),
    table: (rows) => ({
      caption: 'Most played songs of the artist',
      csv: datasetAddress('artist-songs', { key, limit: 200 }, '.csv'),
      columns: [{ label: 'Song' }, { label: 'Streams', numeric: true }, { label: 'Minutes', numeric: true }],
      rows: rows.map(({ song, streams, minutes }) => [song, streams, Math.round(minutes)]),
    }),
  });
}

/** The page of an artist. */
export function openArtist(opened: PageContext, [key = '']: readonly string[]): Page {
  return itemPage(
    {
      kind: 'Artist',
      async load() {
        if (!itemKeyForm.test(key)) return undefined;
        const [artist] = await fetchRows('artist', { key });
        return artist && { name: artist.artist, summary: artist };
      },
      cards: [
        daysCard('artist-days', key),
        artistSongsCard(key),
        ranksCard('artist-ranks', key, 'half ranked'),
      ],
    },
    opened,
  );
}
