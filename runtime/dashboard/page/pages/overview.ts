import type { Page, PageContext } from '../app.ts';
import { h } from '../dom.ts';
import { filterBar } from '../filter-bar.ts';
import { readFilters } from '../filters.ts';
import { pageHead } from '../page-head.ts';
import { activityCard } from '../parts/activity-card.ts';
import { audienceCard, demographicsCard } from '../parts/audience-cards.ts';
import { mapCard } from '../parts/map-card.ts';
import { artistsCard, songsCard } from '../parts/popular-cards.ts';
import { type Selection, selectionText } from '../parts/selection.ts';
import { tiles } from '../parts/tiles.ts';

/** The front page: the headline numbers, listening over time, where, what and who. */
export function openOverview(opened: PageContext): Page {
  let current: Selection = {
    context: opened,
    filters: readFilters(opened.location.search, opened.extent),
  };
  const selection = () => current;
  const pick = (search: string) => current.context.go(`/${search}`, { replace: true });
  const bar = filterBar(pick);
  const head = pageHead('What people listen to', bar.element);
  const cards = [
    tiles(selection),
    activityCard(selection),
    mapCard(selection, pick),
    songsCard(selection),
    artistsCard(selection),
    audienceCard('gender', selection),
    audienceCard('level', selection),
    demographicsCard('device', selection),
    demographicsCard('account_age', selection),
  ];
  const update = (context: PageContext) => {
    current = { context, filters: readFilters(context.location.search, context.extent) };
    bar.show(current.filters, context.extent);
    head.subtitle.textContent = selectionText(current.filters);
    for (const part of cards) void part.refresh();
  };
  update(opened);
  const element = h(
    'div',
    { class: 'page' },
    head.element,
    h('div', { class: 'grid' }, ...cards.map((part) => part.element)),
  );
  return { title: 'Overview', element, update };
}
