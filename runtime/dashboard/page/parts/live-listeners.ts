import type { LiveState } from '../../live/live-state.ts';
import { usStateOf } from '../../shared/us-states.ts';
import { h } from '../dom.ts';
import { compact, full } from '../format.ts';
import { usMap, usStateShapes } from '../plots/us-map.ts';
import { bodyRows, type Table, tableOf } from '../table.ts';
import { type LivePart, unknown } from './live-part.ts';
import { panel } from './panel.ts';

const largestMap = 720;

const nameOf = (code: string) => usStateOf(code)?.name ?? code;

async function drawMap(map: HTMLElement, { listenersByState }: LiveState): Promise<void> {
  const shapes = await usStateShapes();
  if (map.clientWidth === 0) return;
  const values = Object.entries(listenersByState).map(([code, value]) => ({
    code,
    value,
    text: `${nameOf(code)}\n${full(value)} listening`,
  }));
  const width = Math.min(map.clientWidth, largestMap);
  map.replaceChildren(
    usMap(shapes, { values, label: 'Map of listeners of the last 5 minutes by state', width }),
  );
}

/** Who is listening: how many, and where. */
export function liveListeners(): LivePart {
  let last: LiveState | undefined;
  const count = h('p', { class: 'live-number' }, unknown);
  const map = h('div', { class: 'map live-map' });
  const table: Table = {
    caption: 'Listeners of the last 5 minutes by state',
    csv: '/api/live.csv',
    columns: [{ label: 'State' }, { label: 'Listeners', numeric: true }],
    rows: () =>
      Object.entries(last?.listenersByState ?? {})
        .sort(([, one], [, other]) => other - one)
        .map(([code, listeners]) => [nameOf(code), full(listeners)]),
  };
  const element = panel(
    {
      id: 'listening',
      title: 'Listening',
      note: 'Listeners who started a song in the last 5 minutes',
      layout: 'two-thirds',
    },
    h('div', { class: 'live-listeners' }, count, map),
    tableOf(table, map),
  );
  return {
    element,
    show(live) {
      last = live;
      const sum = Object.values(live.listenersByState).reduce((total, listeners) => total + listeners, 0);
      count.textContent = !live.at ? unknown : live.sampled ? `${compact(sum)}+` : full(sum);
      element.querySelector('tbody')?.replaceChildren(...bodyRows(table));
      void drawMap(map, live);
    },
  };
}
