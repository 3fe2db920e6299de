import type { LiveState } from '../../live/live-state.ts';
import type { Status } from '../api.ts';
import { h } from '../dom.ts';
import { ago, full, instant } from '../format.ts';

type Tone = 'good' | 'warn' | 'bad';

function line(label: string, tone: Tone, text: string): HTMLElement[] {
  const words = { good: 'in order', warn: 'late', bad: 'needs a look' }[tone];
  return [
    h('dt', {}, h('span', { class: `state state-${tone}`, role: 'img', 'aria-label': words }), label),
    h('dd', {}, text),
  ];
}

/** Milliseconds after which a stage is late, and after which somebody should look. */
const unacknowledged = { warn: 5 * 60_000, bad: 10 * 60_000 };
const published = { warn: 90 * 60_000, bad: 3 * 3_600_000 };
const behind = { warn: 10_000, bad: 1_000_000 };

const toneOf = (value: number, { warn, bad }: { warn: number; bad: number }): Tone =>
  value >= bad ? 'bad' : value >= warn ? 'warn' : 'good';

function consumerLines(live: LiveState | undefined): HTMLElement[] {
  if (!live?.at) return line('Consumers', 'warn', 'none is telling');
  const lag = Object.values(live.topics).reduce((sum, topic) => sum + topic.lag, 0);
  const age = live.oldestUnacknowledgedMs;
  return [
    ...line('Consumers', 'good', `${live.instances} at work`),
    ...line(
      'Kafka',
      toneOf(lag, behind),
      lag === 0 ? 'nothing waits to be read' : `${full(lag)} records wait to be read`,
    ),
    ...line(
      'Lake',
      toneOf(age, unacknowledged),
      age === 0 ? 'all that was read is written' : `oldest record not yet written: read ${ago(age)}`,
    ),
  ];
}

function deadLetterLines(byTopic: Readonly<Record<string, number>>): HTMLElement[] {
  const some = Object.entries(byTopic).filter(([, count]) => count > 0);
  const text = some.map(([topic, count]) => `${full(count)} in ${topic}`).join(', ');
  return line('Dead letters', some.length > 0 ? 'warn' : 'good', text || 'none');
}

/** The stages of the pipeline and how far each has come, in words and with a coloured dot. */
export function healthList(
  status: Status | undefined,
  live: LiveState | undefined,
  now: number,
): HTMLElement[] {
  const marts = status?.marts;
  if (!marts) return [...consumerLines(live), ...line('Warehouse', 'warn', 'nothing loaded yet')];
  const { loadedAt, raw, deadLetters } = marts.pipeline;
  const loadAge = loadedAt ? now - Date.parse(loadedAt) : Number.POSITIVE_INFINITY;
  const age = now - Date.parse(marts.publishedAt);
  const rows = Object.values(raw).reduce((sum, table) => sum + table.rows, 0);
  return [
    ...consumerLines(live),
    ...line(
      'Warehouse',
      toneOf(loadAge, published),
      loadedAt ? `${full(rows)} rows, loaded ${ago(loadAge)} (${instant(loadedAt)})` : `${full(rows)} rows`,
    ),
    ...deadLetterLines(deadLetters),
    ...line('Marts', toneOf(age, published), `published ${ago(age)} (${instant(marts.publishedAt)})`),
    ...line('Page', status.fault ? 'bad' : 'good', status.fault ?? 'shows the newest marts'),
  ];
}
