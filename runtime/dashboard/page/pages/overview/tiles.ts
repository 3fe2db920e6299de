import type { DatasetRow } from '../../../datasets/index.ts';
import { fetchRows } from '../../api.ts';
import type { Card } from '../../card.ts';
import { sparkline } from '../../charts/sparkline.ts';
import { h } from '../../dom.ts';
import { previousPeriod } from '../../filters.ts';
import { change, compact, full } from '../../format.ts';
import type { Selection } from '../overview.ts';

type Totals = DatasetRow<'totals'>;

interface Measure {
  readonly key: keyof Totals;
  readonly label: string;
  readonly series?: 'streams' | 'listeners' | 'minutes';
}

const measures: readonly Measure[] = [
  { key: 'streams', label: 'Streams', series: 'streams' },
  { key: 'daily_listeners', label: 'Listeners a day', series: 'listeners' },
  { key: 'minutes', label: 'Minutes', series: 'minutes' },
  { key: 'new_users', label: 'New listeners' },
  { key: 'sessions', label: 'Sessions' },
];

function delta(now: number | null, before: number | null | undefined): HTMLElement {
  if (now === null || !before) return h('span', { class: 'delta' }, 'no earlier period');
  const share = now / before - 1;
  const tone = share > 0.0005 ? 'up' : share < -0.0005 ? 'down' : 'level';
  const arrow = { up: '↑', down: '↓', level: '→' }[tone];
  return h(
    'span',
    { class: `delta delta-${tone}` },
    h('span', { 'aria-hidden': 'true' }, `${arrow} `),
    change(share),
    h('span', { class: 'visually-hidden' }, ' against the period before'),
  );
}

/** The headline numbers with their change against the period before. */
export function tiles(selection: () => Selection): Card {
  const list = h('dl', { class: 'tiles' });
  const element = h(
    'section',
    { class: 'full', id: 'totals', 'aria-label': 'Headline numbers', 'aria-busy': 'true' },
    list,
  );
  let running: AbortController | undefined;

  const draw = (now: Totals, before: Totals | undefined, series: readonly DatasetRow<'activity'>[]) => {
    list.replaceChildren(
      ...measures.map(({ key, label, series: name }) => {
        const value = now[key];
        return h(
          'div',
          { class: 'tile', 'data-measure': key },
          h('dt', {}, label),
          h(
            'dd',
            {
              class: 'tile-value',
              title: value === null ? 'Counted for everyone together only' : full(value),
            },
            value === null ? '–' : value < 1_000_000 ? full(value) : compact(value),
          ),
          h('dd', { class: 'tile-delta' }, delta(value, before?.[key])),
          name ? h('dd', { class: 'tile-trend' }, sparkline(series.map((row) => row[name]))) : null,
        );
      }),
    );
  };

  const refresh = async () => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    element.setAttribute('aria-busy', 'true');
    const { filters, context } = selection();
    const { from, to, state, level } = filters;
    const earlier = previousPeriod(filters, context.extent);
    try {
      const [now, before, series] = await Promise.all([
        fetchRows('totals', { from, to, state, level }, mine.signal),
        earlier ? fetchRows('totals', { ...earlier, state, level }, mine.signal) : [],
        fetchRows('activity', { from, to, state, level, grain: 'day' }, mine.signal),
      ]);
      if (now[0]) draw(now[0], before[0], series);
    } catch (error) {
      if (mine.signal.aborted) return;
      const text = error instanceof Error ? error.message : String(error);
      list.replaceChildren(
        h('div', { class: 'tile', role: 'alert' }, h('dt', {}, 'No numbers'), h('dd', {}, text)),
      );
    } finally {
      if (running === mine) element.setAttribute('aria-busy', 'false');
    }
  };
  return { element, refresh, redraw: () => {} };
}
