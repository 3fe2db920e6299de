import type { DatasetRow } from '../../datasets/index.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import { type Card, card } from '../card.ts';
import { compact } from '../format.ts';
import { rankList } from '../plots/rank-list.ts';
import { shareBar } from '../plots/share-bar.ts';
import type { Table } from '../table.ts';
import { parametersOf, type Selection } from './selection.ts';

type Row = DatasetRow<'audience'> | DatasetRow<'demographics'>;

const names: Readonly<Record<string, string>> = {
  F: 'Women',
  M: 'Men',
  free: 'Free',
  paid: 'Paid',
  unknown: 'Unknown',
  'first week': 'First week',
  'first 4 weeks': 'First 4 weeks',
  'first year': 'First year',
  older: 'Older',
};
const nameOf = (segment: string) => names[segment] ?? segment;

const mostListeners = (one: Row, other: Row) => other.daily_listeners - one.daily_listeners;

function tableFor(caption: string, csv: string, rows: readonly Row[]): Table {
  return {
    caption,
    csv,
    columns: [
      { label: caption.replace('By ', '').replace(/^./, (first) => first.toUpperCase()) },
      { label: 'Listeners a day', numeric: true },
      { label: 'Streams', numeric: true },
      { label: 'Minutes', numeric: true },
    ],
    rows: rows.map(({ segment, daily_listeners, streams, minutes }) => [
      nameOf(segment),
      compact(daily_listeners),
      streams,
      Math.round(minutes),
    ]),
  };
}

/** Listeners by gender or level, within the selection. */
export function audienceCard(by: 'gender' | 'level', selection: () => Selection): Card {
  const title = `By ${by}`;
  const params = () => ({ by, ...parametersOf(selection()) });
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
            label: nameOf(segment),
            value: daily_listeners,
            tone: `tone-${by}-${index}`,
          })),
        'listeners a day',
      ),
    table: (rows) => tableFor(title, datasetAddress('audience', params(), '.csv'), rows),
  });
}

/** Listeners by device or age of the account, within the selection. */
export function demographicsCard(by: 'device' | 'account_age', selection: () => Selection): Card {
  const title = by === 'device' ? 'By device' : 'By age of the account';
  const params = () => ({ by, ...parametersOf(selection()) });
  return card<DatasetRow<'demographics'>[]>({
    id: `by-${by.replace('_', '-')}`,
    title,
    note: 'Listeners on an average day',
    layout: 'half segmented',
    load: (signal) => fetchRows('demographics', params(), signal),
    draw: (rows) =>
      rankList({
        items: [...rows].sort(mostListeners).map(({ segment, daily_listeners }) => ({
          title: nameOf(segment),
          value: daily_listeners,
          text: compact(daily_listeners),
        })),
        unit: 'listeners a day',
        numbered: false,
        tone: by === 'device' ? 'teal' : 'gold',
      }),
    table: (rows) => tableFor(title, datasetAddress('demographics', params(), '.csv'), rows),
  });
}
