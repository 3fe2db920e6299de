import { h } from '../dom.ts';
import { full } from '../format.ts';
import { sparkline } from '../plots/sparkline.ts';
import { type LivePart, unknown } from './live-part.ts';

/** Rates kept for the small lines: two and a half minutes of one a second. */
const keptRates = 150;

/** Events a second by topic, each with its last minutes. */
export function liveRates(): LivePart {
  const rates = new Map<string, number[]>();
  const list = h('dl', { class: 'tiles four', id: 'rates' });
  return {
    element: h('section', { class: 'full', 'aria-label': 'Events per second' }, list),
    show({ topics, at }) {
      const tiles = Object.entries(topics).map(([topic, { title, eventsPerSecond: rate }]) => {
        const text = rate < 10 ? rate.toFixed(1) : full(rate);
        const past = [...(rates.get(topic) ?? []), rate].slice(-keptRates);
        rates.set(topic, past);
        return h(
          'div',
          { class: 'tile', 'data-topic': topic },
          h('dt', {}, title),
          h('dd', { class: 'tile-value' }, at ? text : unknown),
          h('dd', { class: 'note' }, 'a second'),
          h('dd', { class: 'tile-trend' }, sparkline(past)),
        );
      });
      list.replaceChildren(...tiles);
    },
  };
}
