import type { Status } from '../api.ts';
import { h } from '../dom.ts';
import { ago, full, instant } from '../format.ts';

/** The last runs of the loader as a table. */
export function loadsTable(status: Status | undefined, now: number): HTMLElement {
  const loads = status?.marts?.pipeline.loads ?? [];
  if (loads.length === 0) return h('p', { class: 'note' }, 'Nothing is known of loads here.');
  return h(
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
      ...loads.map(({ loadedAt, hours, rows }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, `${instant(loadedAt)} (${ago(now - Date.parse(loadedAt))})`),
          h('td', { class: 'numeric' }, full(hours)),
          h('td', { class: 'numeric' }, full(rows)),
        ),
      ),
    ),
  );
}
