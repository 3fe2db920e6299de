import type { DatasetRow } from '../../datasets/index.ts';
import { fetchRows } from '../api.ts';
import type { Card } from '../card.ts';
import { h } from '../dom.ts';
import { previousPeriod } from '../filters.ts';
import { change, compact, full } from '../format.ts';
import { sparkline } from '../plots/sparkline.ts';
import type { Selection } from './selection.ts';

type Totals = DatasetRow<'totals'>;

interface Measure {
  readonly key: keyof Totals;
  readonly label: string;
  readonly series?: 'streams' | 'listeners' | 'minutes';
}

interface Shown {
  readonly now: Totals;
  readonly before: Totals | undefined;
  readonly days: readonly DatasetRow<'activity'>[];
}

const measures: readonly Measure[] = [
  { key: 'streams', label: 'Streams', series: 'streams' },
  { key: 'daily_listeners', label: 'Listeners a day', series: 'listeners' },
  { key: 'minutes', label: 'Minutes', series: 'minutes' },
  { key: 'new_users', label: 'Sign-ups' },
  { key: 'sessions', label: 'Sessions' },
];

function delta(now: number | null, before: number | null | undefined): HTMLElement {
  if (now === null) return h('span', { class: 'delta' }, 'for everyone only');
  if (!before) return h('span', { class: 'delta' }, 'no earlier period');
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

const placeholder = '\u2007';

function tile({ key, label, series }: Measure, shown: Shown | undefined): HTMLElement {
  const value = shown?.now[key] ?? null;
  const text = value === null ? '–' : value < 1_000_000 ? full(value) : compact(value);
  const title = value === null ? 'Counted for everyone together only' : full(value);
  return h(
    'div',
    { class: 'tile', 'data-measure': key },
    h('dt', {}, label),
    h('dd', { class: 'tile-value', title: shown && title }, shown ? text : placeholder),
    h('dd', { class: 'tile-delta' }, shown ? delta(value, shown.before?.[key]) : placeholder),
    series &&
      h('dd', { class: 'tile-trend' }, shown ? sparkline(shown.days.map((row) => row[series])) : null),
  );
}

async function load({ filters, context }: Selection, signal: AbortSignal): Promise<Shown | undefined> {
  const { from, to, state, level } = filters;
  const earlier = previousPeriod(filters, context.extent);
  const [now, before, days] = await Promise.all([
    fetchRows('totals', { from, to, state, level }, signal),
    earlier ? fetchRows('totals', { ...earlier, state, level }, signal) : [],
    fetchRows('activity', { from, to, state, level, grain: 'day' }, signal),
  ]);
  return now[0] && { now: now[0], before: before[0], days };
}

/** The headline numbers with their change against the period before. */
export function tiles(selection: () => Selection): Card {
  const list = h('dl', { class: 'tiles' }, ...measures.map((measure) => tile(measure, undefined)));
  const element = h(
    'section',
    { class: 'full', id: 'totals', 'aria-label': 'Headline numbers', 'aria-busy': 'true' },
    list,
  );
  let running: AbortController | undefined;

  const refresh = async () => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    element.setAttribute('aria-busy', 'true');
    try {
      const shown = await load(selection(), mine.signal);
      if (!mine.signal.aborted) list.replaceChildren(...measures.map((measure) => tile(measure, shown)));
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
