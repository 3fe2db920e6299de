import type { DatasetRow } from '../../datasets/index.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import { type Card, card } from '../card.ts';
import { choice } from '../choice.ts';
import { h } from '../dom.ts';
import { writeFilters } from '../filters.ts';
import { compact, full } from '../format.ts';
import { rankList } from '../plots/rank-list.ts';
import { mapLegend, usMap, usStateShapes } from '../plots/us-map.ts';
import type { Selection } from './selection.ts';

type Row = DatasetRow<'states'>;

const measures = {
  streams: 'Streams',
  daily_listeners: 'Listeners',
  streams_per_100k: 'Per head',
} as const;
type Measure = keyof typeof measures;

const units: Readonly<Record<Measure, string>> = {
  streams: 'streams',
  daily_listeners: 'listeners a day',
  streams_per_100k: 'streams per 100,000 residents',
};

/** States in the list beside the map. */
const listed = 8;

/** Where people listen: a map, and the first states beside it. Clicking a state narrows the page to it. */
export function mapCard(selection: () => Selection, pick: (search: string) => void): Card {
  let measure: Measure = 'streams';
  const params = () => {
    const { from, to, level } = selection().filters;
    return { from, to, level };
  };
  const pickState = (code: string) => {
    const { filters } = selection();
    pick(writeFilters({ ...filters, state: filters.state === code ? undefined : code }));
  };
  const text = (row: Row) =>
    `${row.name}\n${full(row.streams)} streams\n${full(row.daily_listeners)} listeners a day\n${full(row.streams_per_100k ?? 0)} streams per 100,000`;
  const mapped: Card = card({
    id: 'states',
    title: 'Where they listen',
    note: 'Pick a state to see only its listeners',
    layout: 'full mapped',
    tools: [
      choice('Measure of the map', measures, measure, (picked) => {
        measure = picked;
        mapped.redraw();
      }),
    ],
    async load(signal) {
      const [rows, shapes] = await Promise.all([fetchRows('states', params(), signal), usStateShapes()]);
      return { rows, shapes };
    },
    isEmpty: ({ rows }) => rows.length === 0,
    draw({ rows, shapes }, width) {
      const value = (row: Row) => row[measure] ?? 0;
      const wide = width >= 760;
      const map = usMap(shapes, {
        values: rows.map((row) => ({ code: row.state, value: value(row), text: text(row) })),
        label: `Map of ${units[measure]} by state`,
        width: Math.min(wide ? Math.round(width * 0.64) : width, 820),
        onPick: pickState,
      });
      const picked = selection().filters.state;
      if (picked) map.querySelector(`[data-state="${picked}"]`)?.classList.add('picked');
      const top = [...rows].sort((a, b) => value(b) - value(a)).slice(0, listed);
      const list = rankList({
        items: top.map((row) => ({
          title: row.name,
          href: `/states/${row.state}`,
          value: value(row),
          text: compact(value(row)),
        })),
        unit: units[measure],
      });
      return h(
        'div',
        { class: 'map-and-list' },
        h('div', { class: 'map' }, map, mapLegend(rows.map(value), compact)),
        list,
      );
    },
    table: ({ rows }) => ({
      caption: 'Listening by state',
      csv: datasetAddress('states', params(), '.csv'),
      columns: [
        { label: 'State' },
        { label: 'Streams', numeric: true },
        { label: 'Listeners a day', numeric: true },
        { label: 'Minutes', numeric: true },
        { label: 'Streams per 100,000', numeric: true },
      ],
      rows: rows.map((row) => [
        row.name,
        row.streams,
        row.daily_listeners.toFixed(1),
        Math.round(row.minutes),
        (row.streams_per_100k ?? 0).toFixed(1),
      ]),
    }),
  });
  return mapped;
}
