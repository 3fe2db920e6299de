import { h } from './dom.ts';

/** The numbers behind a drawing. */
export interface Table {
  readonly caption: string;
  /** Address of the same numbers as CSV. */
  readonly csv?: string;
  readonly columns: readonly { readonly label: string; readonly numeric?: boolean }[];
  /** A function where they change while the table stands. */
  readonly rows: Rows | (() => Rows);
}

type Rows = readonly (readonly (string | number | Node)[])[];

/** The rows of the body of a table as they are now. */
export function bodyRows({ columns, rows }: Table): HTMLElement[] {
  const kind = (index: number) => (columns[index]?.numeric ? 'numeric' : null);
  return (typeof rows === 'function' ? rows() : rows).map((row) =>
    h(
      'tr',
      {},
      ...row.map((cell, index) =>
        index === 0 ? h('th', { scope: 'row' }, cell) : h('td', { class: kind(index) }, cell),
      ),
    ),
  );
}

/** Links to numbers as CSV and as JSON, from the address of the CSV. */
export function downloads(caption: string, csv: string): HTMLElement {
  const link = (format: string, href: string) =>
    h('a', { href, download: true, 'aria-label': `${caption}, as ${format}` }, format);
  return h('div', { class: 'downloads' }, link('CSV', csv), link('JSON', csv.replace(/\.csv(?=\?|$)/, '')));
}

/**
 * A table that opens on demand. It stays open when the card it stands in is drawn again: `before` is where the last one
 * stood.
 */
export function tableOf(table: Table, before: Element): HTMLElement {
  const { caption, csv, columns } = table;
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
      h('tbody', {}, ...bodyRows(table)),
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
  return h('div', { class: 'table-bar' }, details, csv ? downloads(caption, csv) : null);
}
