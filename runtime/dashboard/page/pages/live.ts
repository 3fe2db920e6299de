import type { LiveState } from '../../live/live-state.ts';
import type { Page, PageContext } from '../app.ts';
import { h } from '../dom.ts';
import { followEvents } from '../follow-events.ts';
import { ago } from '../format.ts';
import { pageHead } from '../page-head.ts';
import { healthList } from '../parts/health-list.ts';
import { liveListeners } from '../parts/live-listeners.ts';
import { livePlays } from '../parts/live-plays.ts';
import { liveRates } from '../parts/live-rates.ts';
import { loadsTable } from '../parts/loads-table.ts';
import { panel } from '../parts/panel.ts';

/** Who reports the stream, and when last. */
function reportedBy(live: LiveState | undefined, connected: boolean, now: number): string {
  if (!connected) return 'Reconnecting…';
  if (!live?.at) return 'No consumer is telling anything just now.';
  const consumers = `${live.instances} ${live.instances === 1 ? 'consumer' : 'consumers'}`;
  return `Told by ${consumers} ${ago(now - Date.parse(live.at))}`;
}

/** The stream as it is just now. */
export function openLive({ feed }: PageContext): Page {
  const head = pageHead('Right now');
  const rates = liveRates();
  const listeners = liveListeners();
  const plays = livePlays();
  const health = h('dl', { class: 'stages health' });
  const loads = h('div', { class: 'loads' });
  let last: LiveState | undefined;
  let connected = false;

  const showAges = () => {
    const now = Date.now() + feed.state.clockOffset;
    head.subtitle.textContent = reportedBy(last, connected, now);
    health.replaceChildren(...healthList(feed.state.status, last, now));
    loads.replaceChildren(loadsTable(feed.state.status, now));
  };
  const show = (live: LiveState) => {
    const changed = live.at !== last?.at || !last;
    last = live;
    if (changed) for (const part of [rates, listeners, plays]) part.show(live);
    showAges();
  };
  const stop = followEvents('/api/live/events', 'live', {
    onData: (live) => show(live as LiveState),
    onConnected(is) {
      connected = is;
      showAges();
    },
  });
  const timer = window.setInterval(showAges, 1000);
  showAges();

  const healthPanel = {
    id: 'health',
    title: 'Health of the pipeline',
    note: 'How far each stage has come',
    layout: 'half',
  };
  const loadsPanel = {
    id: 'loads',
    title: 'Last loads',
    note: 'From the lake into the warehouse',
    layout: 'half',
  };
  const element = h(
    'div',
    { class: 'page' },
    head.element,
    h(
      'div',
      { class: 'grid' },
      rates.element,
      listeners.element,
      plays.element,
      panel(healthPanel, health),
      panel(loadsPanel, loads),
    ),
  );
  return {
    title: 'Live',
    element,
    update: showAges,
    close() {
      stop();
      window.clearInterval(timer);
    },
  };
}
