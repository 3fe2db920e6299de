import { hourMs } from '../../../contract/durations.ts';
import type { LiveState } from '../../live/live-state.ts';
import type { Status } from '../api.ts';
import { h } from '../dom.ts';
import { ago, full, instant } from '../format.ts';
import { latest } from '../freshness.ts';

type Topics = NonNullable<Status['pipeline']>['topics'];

type Tone = 'good' | 'warn' | 'bad' | 'unknown';

function line(label: string, tone: Tone, text: string): HTMLElement[] {
  const words = { good: 'in order', warn: 'late', bad: 'needs a look', unknown: 'unknown' }[tone];
  return [
    h('dt', {}, h('span', { class: `state state-${tone}`, role: 'img', 'aria-label': words }), label),
    h('dd', {}, text),
  ];
}

/** Milliseconds after which a stage is late, and after which somebody should look. */
const unacknowledged = { warn: 5 * 60_000, bad: 10 * 60_000 };
const published = { warn: 90 * 60_000, bad: 3 * hourMs };
const behind = { warn: 10_000, bad: 1_000_000 };

const toneOf = (value: number, { warn, bad }: { warn: number; bad: number }): Tone =>
  value >= bad ? 'bad' : value >= warn ? 'warn' : 'good';

function consumerLines(live: LiveState | undefined): HTMLElement[] {
  if (!live?.at) {
    return [...line('Consumers', 'warn', 'none is telling'), ...line('Kafka', 'unknown', 'lag unknown')];
  }
  const lag = Object.values(live.topics).reduce((sum, topic) => sum + topic.lag, 0);
  return [
    ...line('Consumers', 'good', `${live.instances} at work`),
    ...line(
      'Kafka',
      toneOf(lag, behind),
      lag === 0 ? 'nothing waits to be read' : `${full(lag)} records wait to be read`,
    ),
  ];
}

/** What waits to be written, told by the consumers, and the newest commit, told by the loader. */
function lakeLines(live: LiveState | undefined, committedAt: string | null, now: number): HTMLElement[] {
  const unwrittenMs = live?.at ? live.oldestUnacknowledgedMs : undefined;
  const waiting =
    unwrittenMs === undefined
      ? undefined
      : unwrittenMs === 0
        ? 'all that was read is written'
        : `oldest record not yet written: read ${ago(unwrittenMs)}`;
  const committed = committedAt && `newest loaded commit ${agoText(committedAt, now)}`;
  const tone = unwrittenMs === undefined ? 'unknown' : toneOf(unwrittenMs, unacknowledged);
  return line('Lake', tone, [waiting, committed].filter(Boolean).join('; ') || 'unknown');
}

const agoText = (iso: string, now: number) => `${ago(now - Date.parse(iso))} (${instant(iso)})`;

function warehouseLines(topics: Topics, loadedAt: string | null, now: number): HTMLElement[] {
  if (!loadedAt) return line('Warehouse', 'unknown', 'unknown');
  const rows = topics.reduce((sum, { records }) => sum + records, 0);
  return line(
    'Warehouse',
    toneOf(now - Date.parse(loadedAt), published),
    `${full(rows)} rows, loaded ${agoText(loadedAt, now)}`,
  );
}

/** Dead letters by topic. "None" is only said when it is known of every topic that has been committed. */
function deadLetterLines(topics: Topics): HTMLElement[] {
  const known = topics.filter(({ dead_letters }) => dead_letters !== null);
  if (known.length === 0) return line('Dead letters', 'unknown', 'unknown');
  const some = known.filter(({ dead_letters }) => Number(dead_letters) > 0);
  const text = some.map(({ topic, dead_letters }) => `${full(Number(dead_letters))} in ${topic}`).join(', ');
  return line('Dead letters', some.length > 0 ? 'warn' : 'good', text || 'none');
}

/** The stages of the pipeline and how far each has come, in words and with a coloured dot. */
export function healthList(
  status: Status | undefined,
  live: LiveState | undefined,
  now: number,
): HTMLElement[] {
  const marts = status?.marts;
  if (!marts) {
    return [
      ...consumerLines(live),
      ...lakeLines(live, null, now),
      ...line('Warehouse', 'unknown', 'no marts yet that would tell'),
    ];
  }
  const topics = status.pipeline?.topics ?? [];
  return [
    ...consumerLines(live),
    ...lakeLines(live, latest(status, 'committed_at'), now),
    ...warehouseLines(topics, latest(status, 'loaded_at'), now),
    ...deadLetterLines(topics),
    ...line(
      'Marts',
      toneOf(now - Date.parse(marts.publishedAt), published),
      `published ${agoText(marts.publishedAt, now)}`,
    ),
    ...line('Page', status.fault ? 'bad' : 'good', status.fault ?? 'shows the newest marts'),
  ];
}
