import { hourMs } from '../../contract/durations.ts';
import { h } from './dom.ts';
import { ago, full, instant } from './format.ts';
import type { FeedState, StatusFeed } from './status-feed.ts';

type Status = NonNullable<FeedState['status']>;
type Topic = NonNullable<Status['pipeline']>['topics'][number];

/** After this long without a new version something upstream may be standing still. */
const staleMilliseconds = 2 * hourMs;

/** The latest of a time over all topics; null where it is not known of any. */
export function latest(
  status: Status | undefined,
  column: 'latest_event_at' | 'committed_at' | 'loaded_at',
): string | null {
  const times = (status?.pipeline?.topics ?? []).map((topic: Topic) => topic[column] ?? '');
  return times.sort().at(-1) || null;
}

const age = (iso: string, now: number) => h('span', { class: 'age' }, `${ago(now - Date.parse(iso))}`);

/** The stages of the pipeline with the time each has reached, oldest first in the stream. */
function stages(status: Status): [string, string, string | null][] {
  return [
    ['Events until', 'Latest event time in the warehouse', latest(status, 'latest_event_at')],
    ['Lake', 'Newest commit that was loaded', latest(status, 'committed_at')],
    ['Loaded', 'Last load from the lake', latest(status, 'loaded_at')],
    ['Published', 'When these marts were published', status.marts?.publishedAt ?? null],
  ];
}

function panelRows(status: Status, now: number): HTMLElement[] {
  const rows = stages(status).flatMap(([label, hint, iso]) => [
    h('dt', { title: hint }, label),
    h('dd', {}, ...(iso ? [h('time', { datetime: iso }, instant(iso)), ' ', age(iso, now)] : ['unknown'])),
  ]);
  const topics = (status.pipeline?.topics ?? []).flatMap(({ topic, records }) => [
    h('dt', {}, h('code', {}, topic)),
    h('dd', {}, `${full(records)} rows`),
  ]);
  return [...rows, ...topics, h('dt', {}, 'Version'), h('dd', {}, h('code', {}, status.marts?.version))];
}

function summary({ status, connected }: FeedState, now: number): { tone: string; text: string } {
  if (!status) return { tone: 'waiting', text: 'Connecting' };
  if (!connected) return { tone: 'lost', text: 'Reconnecting' };
  if (!status.marts) return { tone: 'waiting', text: 'Waiting for data' };
  const until = latest(status, 'committed_at') ?? status.marts.publishedAt;
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
    const { status } = state;
    list.replaceChildren(
      ...(status?.marts ? panelRows(status, now) : [h('dt', {}, 'Nothing published yet')]),
    );
    fault.textContent = state.status?.fault ?? '';
  };
  feed.onChange(show);
  setInterval(show, 1000);
  show();
}
