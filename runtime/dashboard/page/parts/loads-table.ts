import { datasetAddress, type Status } from '../api.ts';
import { h } from '../dom.ts';
import { ago, full, instant } from '../format.ts';
import { downloads } from '../table.ts';

/** The last runs of the loader as a table. */
export function loadsTable(status: Status | undefined, now: number): HTMLElement {
  const loads = status?.pipeline?.loads ?? [];
  if (loads.length === 0) return h('p', { class: 'note' }, 'Nothing is known of loads here.');
  const table = h(
    'table',
    {},
    h('caption', {}, 'Last loads'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, 'Loaded'),
        h('th', { scope: 'col', class: 'numeric' }, 'Hours'),
        h('th', { scope: 'col', class: 'numeric' }, 'Rows they have now'),
      ),
    ),
    h(
      'tbody',
      {},
      ...loads.map(({ loaded_at, hours, records }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, `${instant(loaded_at)} (${ago(now - Date.parse(loaded_at))})`),
          h('td', { class: 'numeric' }, full(hours)),
          h('td', { class: 'numeric' }, full(records)),
        ),
      ),
    ),
  );
  return h('div', {}, table, downloads('Last loads', datasetAddress('pipeline-loads', {}, '.csv')));
}
