import { usStateOf } from '../../shared/us-states.ts';
import type { Page, PageContext } from '../app.ts';
import { h } from '../dom.ts';
import { filterBar } from '../filter-bar.ts';
import { type Filters, readFilters, writeFilters } from '../filters.ts';
import { pageHead } from '../page-head.ts';
import { activityCard } from '../parts/activity-card.ts';
import { audienceCard, demographicsCard } from '../parts/audience-cards.ts';
import { artistsCard, songsCard } from '../parts/popular-cards.ts';
import { type Selection, selectionText } from '../parts/selection.ts';
import { tiles } from '../parts/tiles.ts';

/** The page of a state of the USA. */
export function openState(opened: PageContext, [code = '']: readonly string[]): Page {
  const state = usStateOf(code.toUpperCase());
  if (!state) {
    const element = h(
      'div',
      { class: 'message' },
      h('h1', {}, 'No such state'),
      h('p', {}, 'A state page has the two-letter code of a US state in its address, such as /states/CA.'),
    );
    return { title: 'No such state', element, update: () => {} };
  }
  const read = (context: PageContext): Filters => ({
    ...readFilters(context.location.search, context.extent),
    state: state.code,
  });
  let current: Selection = { context: opened, filters: read(opened) };
  const selection = () => current;
  const bar = filterBar(
    (search) => {
      const { filters } = current;
      const next = readFilters(search, current.context.extent);
      const address = writeFilters({ ...next, state: undefined, level: filters.level });
      current.context.go(`/states/${state.code}${address}`, { replace: true });
    },
    { audience: false },
  );
  const head = pageHead(state.name, bar.element);
  const cards = [
    tiles(selection),
    activityCard(selection),
    songsCard(selection),
    artistsCard(selection),
    audienceCard('gender', selection),
    audienceCard('level', selection),
    demographicsCard('device', selection),
    demographicsCard('account_age', selection),
  ];
  const update = (context: PageContext) => {
    current = { context, filters: read(context) };
    bar.show(current.filters, context.extent);
    head.subtitle.textContent = selectionText(current.filters);
    for (const part of cards) void part.refresh();
  };
  update(opened);
  const chartLink = h('a', { href: `/charts?region=${state.code}` }, `The whole Hot 100 of ${state.name}`);
  const element = h(
    'div',
    { class: 'page' },
    h('p', { class: 'kind' }, 'State'),
    head.element,
    h('div', { class: 'grid' }, ...cards.map((part) => part.element)),
    h('p', { class: 'chart-foot' }, chartLink),
  );
  return { title: state.name, element, update };
}
