import type { LiveState } from '../../live/live-state.ts';
import { stateOf } from '../../shared/states.ts';
import type { Page, PageContext } from '../app.ts';
import { sparkline } from '../charts/sparkline.ts';
import { stateShapes, usMap } from '../charts/us-map.ts';
import { h } from '../dom.ts';
import { followEvents } from '../follow-events.ts';
import { ago, compact, full } from '../format.ts';
import { pageHead } from '../page-head.ts';
import { healthList } from '../parts/health-list.ts';
import { loadsTable } from '../parts/loads-table.ts';
import { bodyRows, type Table, tableOf } from '../table.ts';

/** Rates kept for the small lines: two and a half minutes of one a second. */
const keptRates = 150;

/** Stands for a number that no consumer tells. */
const unknown = '–';

function panel(id: string, title: string, note: string, layout: string, ...children: Node[]): HTMLElement {
  return h(
    'section',
    { class: `card ${layout}`, id, 'aria-labelledby': `${id}-title` },
    h(
      'header',
      { class: 'card-head' },
      h('div', {}, h('h2', { id: `${id}-title` }, title), h('p', { class: 'note' }, note)),
    ),
    ...children,
  );
}

/** The stream as it is just now. */
export function openLive(opened: PageContext): Page {
  const rates = new Map<string, number[]>();
  const rateList = h('dl', { class: 'tiles four', id: 'rates' });
  const listeners = h('p', { class: 'live-number' }, unknown);
  const map = h('div', { class: 'map live-map' });

  const plays = h('ol', { class: 'plays', 'aria-label': 'Last songs started, newest first' });
  const health = h('dl', { class: 'stages health' });
  const loads = h('div', { class: 'loads' });
  const head = pageHead('Right now');
  let last: LiveState | undefined;
  let connected = false;

  const listenersTable: Table = {
    caption: 'Listeners of the last 5 minutes by state',
    csv: '/api/live.csv',
    columns: [{ label: 'State' }, { label: 'Listeners', numeric: true }],
    rows: () =>
      Object.entries(last?.listenersByState ?? {})
        .sort(([, one], [, other]) => other - one)
        .map(([code, count]) => [stateOf(code)?.name ?? code, full(count)]),
  };
  const listenersBody = () => element.querySelector('#listening tbody');

  const drawRates = (state: LiveState) => {
    rateList.replaceChildren(
      ...Object.entries(state.topics).map(([topic, { title, eventsPerSecond: rate }]) => {
        const text = rate < 10 ? rate.toFixed(1) : full(rate);
        const past = [...(rates.get(topic) ?? []), rate].slice(-keptRates);
        rates.set(topic, past);
        return h(
          'div',
          { class: 'tile', 'data-topic': topic },
          h('dt', {}, title),
          h('dd', { class: 'tile-value' }, state.at ? text : unknown),
          h('dd', { class: 'note' }, 'a second'),
          h('dd', { class: 'tile-trend' }, sparkline(past)),
        );
      }),
    );
  };

  const drawMap = async ({ listenersByState }: LiveState) => {
    const shapes = await stateShapes();
    if (map.clientWidth === 0) return;
    const values = Object.entries(listenersByState).map(([code, value]) => ({
      code,
      value,
      text: `${stateOf(code)?.name ?? code}\n${full(value)} listening`,
    }));
    const width = Math.min(map.clientWidth, 720);
    map.replaceChildren(
      usMap(shapes, { values, label: 'Map of listeners of the last 5 minutes by state', width }),
    );
  };

  const drawPlays = (state: LiveState) => {
    if (state.plays.length === 0) {
      const said = state.at ? 'Nobody has started a song yet.' : 'No consumer tells what is playing.';
      plays.replaceChildren(h('li', { class: 'note' }, said));
      return;
    }
    plays.replaceChildren(
      ...state.plays
        .slice(0, 10)
        .map((play) =>
          h(
            'li',
            {},
            h('span', { class: 'play-song' }, play.song),
            h('span', { class: 'play-artist' }, play.artist),
            h('span', { class: 'play-place' }, `${play.city}, ${play.state}`),
          ),
        ),
    );
  };

  const drawHead = () => {
    const now = Date.now() + opened.feed.state.clockOffset;
    if (!connected) head.subtitle.textContent = 'Reconnecting…';
    else if (!last?.at) head.subtitle.textContent = 'No consumer is telling anything just now.';
    else {
      const consumers = `${last.instances} ${last.instances === 1 ? 'consumer' : 'consumers'}`;
      head.subtitle.textContent = `Told by ${consumers} ${ago(now - Date.parse(last.at))}`;
    }
    health.replaceChildren(...healthList(opened.feed.state.status, last, now));
    loads.replaceChildren(loadsTable(opened.feed.state.status, now));
  };

  const show = (state: LiveState) => {
    const changed = state.at !== last?.at;
    last = state;
    if (changed || rates.size === 0) {
      drawRates(state);
      drawPlays(state);
      void drawMap(state);
      listenersBody()?.replaceChildren(...bodyRows(listenersTable));
      const sum = Object.values(state.listenersByState).reduce((total, count) => total + count, 0);
      listeners.textContent = !state.at ? unknown : state.sampled ? `${compact(sum)}+` : full(sum);
    }
    drawHead();
  };
  const stop = followEvents('/api/live/events', 'live', {
    onData: (state) => show(state as LiveState),
    onConnected(is) {
      connected = is;
      drawHead();
    },
  });
  const timer = window.setInterval(drawHead, 1000);
  drawHead();

  const element = h(
    'div',
    { class: 'page' },
    head.element,
    h(
      'div',
      { class: 'grid' },
      h('section', { class: 'full', 'aria-label': 'Events per second' }, rateList),
      panel(
        'listening',
        'Listening',
        'Listeners who started a song in the last 5 minutes',
        'two-thirds',
        h('div', { class: 'live-listeners' }, listeners, map),
        tableOf(listenersTable, map),
      ),
      panel('playing', 'Playing now', 'The last songs that were started', 'third', plays),
      panel('health', 'Health of the pipeline', 'How far each stage has come', 'half', health),
      panel('loads', 'Last loads', 'From the lake into the warehouse', 'half', loads),
    ),
  );
  return {
    title: 'Live',
    element,
    update: drawHead,
    close() {
      stop();
      window.clearInterval(timer);
    },
  };
}
