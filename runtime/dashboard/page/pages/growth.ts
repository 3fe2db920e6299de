import type { Page, PageContext } from '../app.ts';
import { h } from '../dom.ts';
import { filterBar } from '../filter-bar.ts';
import { readFilters } from '../filters.ts';
import { day, share } from '../format.ts';
import { pageHead } from '../page-head.ts';
import { funnelCard } from '../parts/funnel-card.ts';
import { type CardOfPeriod, linesCard, type Period } from '../parts/lines-card.ts';
import { retentionCard } from '../parts/retention-card.ts';
import { colour } from '../plots/plot.ts';

/** The cards of the page, in their order. */
const cards: readonly CardOfPeriod[] = [
  linesCard({
    id: 'active-users',
    title: 'Active listeners',
    note: 'On the day, in the 7 days and in the 28 days that end with it',
    layout: 'full timed',
    dataset: 'active-users',
    lines: [
      ['mau', 'Monthly', colour.streams],
      ['wau', 'Weekly', colour.minutes],
      ['dau', 'Daily', colour.listeners],
    ],
  }),
  linesCard({
    id: 'movement',
    title: 'Coming and going',
    note: 'Listeners by the day they came, came back or had been gone for 28 days',
    dataset: 'active-users',
    lines: [
      ['new_users', 'New', colour.streams],
      ['resurrected_users', 'Back after 28 days', colour.minutes],
      ['churned_users', 'Gone', colour.listeners],
    ],
  }),
  linesCard({
    id: 'stickiness',
    title: 'Stickiness',
    note: 'Daily over monthly active listeners',
    dataset: 'active-users',
    lines: [['stickiness', 'of the monthly', colour.streams]],
    format: share,
  }),
  retentionCard,
  funnelCard,
  linesCard({
    id: 'subscriptions',
    title: 'Who pays',
    note: 'Listeners by level at the end of the day',
    dataset: 'subscriptions',
    lines: [
      ['paid_users', 'Paid', colour.streams],
      ['free_users', 'Free', colour.listeners],
    ],
  }),
  linesCard({
    id: 'changes',
    title: 'Changes of subscription',
    note: 'Upgrades, downgrades and cancellations by day',
    dataset: 'subscriptions',
    lines: [
      ['upgrades', 'Upgrades', colour.streams],
      ['downgrades', 'Downgrades', colour.minutes],
      ['cancellations', 'Cancellations', colour.listeners],
    ],
  }),
  linesCard({
    id: 'sessions',
    title: 'Sessions',
    note: 'Mean length by day, minutes',
    dataset: 'sessions',
    lines: [['mean_minutes', 'minutes', colour.minutes]],
  }),
];

/** Growth: active listeners, who stays, who pays. */
export function openGrowth(opened: PageContext): Page {
  let context = opened;
  let period: Period = readFilters(opened.location.search, opened.extent);
  const bar = filterBar((search) => context.go(`/growth${search}`, { replace: true }), { audience: false });
  const head = pageHead('Growth', bar.element);
  const shown = cards.map((cardOf) => cardOf(() => ({ from: period.from, to: period.to })));
  const update = (next: PageContext) => {
    context = next;
    const filters = readFilters(next.location.search, next.extent);
    period = filters;
    bar.show(filters, next.extent);
    head.subtitle.textContent = `${day(filters.from)} – ${day(filters.to)}, everyone, the whole country`;
    for (const card of shown) void card.refresh();
  };
  update(opened);
  const element = h(
    'div',
    { class: 'page' },
    head.element,
    h('div', { class: 'grid' }, ...shown.map((card) => card.element)),
  );
  return { title: 'Growth', element, update };
}
