import { h } from './dom.ts';

/** The numbers behind a drawing. */
export interface Table {
  readonly caption: string;
  /** Address of the same numbers as CSV. */
  readonly csv?: string;
  readonly columns: readonly { readonly label: string; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly (string | number | Node)[])[];
}

/**
 * A table that opens on demand. It stays open when the card it stands in is drawn again: `before` is where the last one
 * stood.
 */
export function tableOf({ caption, csv, columns, rows }: Table, before: Element): HTMLElement {
  const open = before.querySelector('details')?.open ?? false;
  const kind = (index: number) => (columns[index]?.numeric ? 'numeric' : null);
  const build = () =>
    h(
      'table',
      {},
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...columns.map(({ label }, index) => h('th', { scope: 'col', class: kind(index) }, label)),
        ),
      ),
      h(
        'tbody',
        {},
        ...rows.map((row) =>
          h(
            'tr',
            {},
            ...row.map((cell, index) =>
              index === 0 ? h('th', { scope: 'row' }, cell) : h('td', { class: kind(index) }, cell),
            ),
          ),
        ),
      ),
    );
  const room = h('div', {
    class: 'table-scroll',
    tabindex: 0,
    role: 'region',
    'aria-label': `Table: ${caption}`,
  });
  const details = h(
    'details',
    {
      open,
      toggle: () => {
        if (details.open && room.childElementCount === 0) room.append(build());
      },
    },
    h('summary', {}, 'Table'),
    room,
  );
  if (open) room.append(build());
  return h(
    'div',
    { class: 'table-bar' },
    details,
    csv
      ? h('a', { class: 'download', href: csv, download: true, 'aria-label': `${caption}, as CSV` }, 'CSV')
      : null,
  );
}
