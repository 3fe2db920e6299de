import type { DatasetRow } from '../../datasets/index.ts';
import { h } from '../dom.ts';
import { day, full, share } from '../format.ts';

type Cell = DatasetRow<'retention'>;

/** The step of the ramp for a share, 0 to 5. */
function heatStep(retention: number): number {
  return Math.min(5, Math.floor(retention * 6));
}

/** Cohorts as rows and weeks since as columns: a heat map that is a table. */
export function heatTable(cells: readonly Cell[]): HTMLElement {
  const weeks = Math.max(...cells.map(({ weeks_since }) => weeks_since), 0);
  const cohorts = new Map<string, Map<number, Cell>>();
  for (const cell of cells) {
    const row = cohorts.get(cell.cohort_week) ?? new Map<number, Cell>();
    row.set(cell.weeks_since, cell);
    cohorts.set(cell.cohort_week, row);
  }
  const numbers = Array.from({ length: weeks + 1 }, (_, week) => week);
  const row = ([cohort, byWeek]: [string, Map<number, Cell>]) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, day(cohort)),
      h('td', { class: 'numeric' }, full([...byWeek.values()][0]?.cohort_users ?? 0)),
      ...numbers.map((week) => {
        const cell = byWeek.get(week);
        if (!cell) return h('td', { class: 'heat' });
        const title = `${full(cell.active_users)} of ${full(cell.cohort_users)} listeners`;
        return h('td', { class: `heat heat-${heatStep(cell.retention)}`, title }, share(cell.retention));
      }),
    );
  return h(
    'div',
    { class: 'heat-scroll', tabindex: 0, role: 'region', 'aria-label': 'Table: who stays' },
    h(
      'table',
      { class: 'heat-table' },
      h('caption', {}, 'Share of the listeners of a week that is active in the weeks after'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'First came'),
          h('th', { scope: 'col', class: 'numeric' }, 'Listeners'),
          ...numbers.map((week) => h('th', { scope: 'col' }, week === 0 ? 'Week 0' : `+${week}`)),
        ),
      ),
      h('tbody', {}, ...[...cohorts].map(row)),
    ),
  );
}
