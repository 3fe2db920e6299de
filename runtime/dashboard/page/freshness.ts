import { h } from './dom.ts';
import { ago, full, instant } from './format.ts';
import type { FeedState, StatusFeed } from './status-feed.ts';

type Published = NonNullable<NonNullable<FeedState['status']>['marts']>;

/** After this long without a new version something upstream may be standing still. */
const staleMilliseconds = 2 * 60 * 60 * 1000;

function latest(marts: Published, column: 'maxTs' | 'maxKafkaTimestamp'): string | null {
  const times = Object.values(marts.pipeline.raw).map((table) => table[column] ?? '');
  return times.sort().at(-1) || null;
}

const age = (iso: string, now: number) => h('span', { class: 'age' }, `${ago(now - Date.parse(iso))}`);

/** The stages of the pipeline with the time each has reached, oldest first in the stream. */
function stages(marts: Published): [string, string, string | null][] {
  return [
    ['Events until', 'Latest event time in the warehouse', latest(marts, 'maxTs')],
    ['Produced until', 'When the latest of them was produced', latest(marts, 'maxKafkaTimestamp')],
    ['Loaded', 'Last load from the lake', marts.pipeline.loadedAt],
    ['Published', 'When these marts were published', marts.publishedAt],
  ];
}

function panelRows(marts: Published, now: number): HTMLElement[] {
  const rows = stages(marts).flatMap(([label, hint, iso]) => [
    h('dt', { title: hint }, label),
    h('dd', {}, ...(iso ? [h('time', { datetime: iso }, instant(iso)), ' ', age(iso, now)] : ['unknown'])),
  ]);
  const topics = Object.entries(marts.pipeline.raw).flatMap(([topic, { rows }]) => [
    h('dt', {}, h('code', {}, topic)),
    h('dd', {}, `${full(rows)} rows`),
  ]);
  return [...rows, ...topics, h('dt', {}, 'Version'), h('dd', {}, h('code', {}, marts.version))];
}

function summary({ status, connected }: FeedState, now: number): { tone: string; text: string } {
  if (!status) return { tone: 'waiting', text: 'Connecting' };
  if (!connected) return { tone: 'lost', text: 'Reconnecting' };
  if (!status.marts) return { tone: 'waiting', text: 'Waiting for data' };
  const until = latest(status.marts, 'maxKafkaTimestamp') ?? status.marts.publishedAt;
  const text = `Updated ${ago(now - Date.parse(status.marts.publishedAt))}`;
  const stale = now - Date.parse(until) > staleMilliseconds || status.fault !== null;
  return { tone: stale ? 'stale' : 'fresh', text };
}

/** Shows how fresh the data are: a line that is always there, and a panel with every stage. Ticks each second. */
export function mountFreshness(host: HTMLElement, feed: StatusFeed): void {
  const dot = h('span', { class: 'pulse', 'aria-hidden': 'true' });
  const text = h('span', { class: 'freshness-text' });
  const list = h('dl', { class: 'stages' });
  const fault = h('p', { class: 'note', role: 'status' });
  const panel = h(
    'div',
    {
      id: 'freshness-panel',
      class: 'freshness-panel',
      popover: 'auto',
      role: 'dialog',
      'aria-label': 'Freshness',
    },
    h('h2', {}, 'How fresh this is'),
    list,
    fault,
  );
  const button = h(
    'button',
    { type: 'button', class: 'freshness-button', popovertarget: 'freshness-panel' },
    dot,
    text,
  );
  host.replaceChildren(button, panel);
  const show = () => {
    const { state } = feed;
    const now = Date.now() + state.clockOffset;
    const { tone, text: line } = summary(state, now);
    dot.className = `pulse pulse-${tone}`;
    if (text.textContent !== line) text.textContent = line;
    const marts = state.status?.marts;
    list.replaceChildren(...(marts ? panelRows(marts, now) : [h('dt', {}, 'Nothing published yet')]));
    fault.textContent = state.status?.fault ?? '';
  };
  feed.onChange(show);
  setInterval(show, 1000);
  show();
}
