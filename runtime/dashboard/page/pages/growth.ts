import type { DatasetName, DatasetParams, DatasetRow } from '../../datasets/index.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import type { Page, PageContext } from '../app.ts';
import { type Card, card } from '../card.ts';
import { funnelBars } from '../charts/funnel-bars.ts';
import { heatTable } from '../charts/heat-table.ts';
import { linesChart } from '../charts/lines-chart.ts';
import { colour } from '../charts/plot.ts';
import { h } from '../dom.ts';
import { filterBar } from '../filter-bar.ts';
import { readFilters } from '../filters.ts';
import { day, share } from '../format.ts';
import { pageHead } from '../page-head.ts';

interface Period {
  readonly from: string;
  readonly to: string;
}

type Line<Row> = readonly [column: keyof Row & string, label: string, colour: string];

/** The datasets that have a row for each day of a period. */
type ByDay = {
  [Name in DatasetName]: DatasetRow<Name> extends { day: string }
    ? Period extends DatasetParams<Name>
      ? Name
      : never
    : never;
}[DatasetName];

/** A card with lines over days, all from one dataset. */
function linesCard<Name extends ByDay>(props: {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** @default half the width of the page */
  readonly layout?: string;
  readonly dataset: Name;
  readonly period: () => Period;
  readonly lines: readonly Line<DatasetRow<Name>>[];
  readonly format?: (value: number) => string;
}): Card {
  const { id, title, note, layout = 'half timed', dataset, period, lines, format } = props;
  const params = () => period() as DatasetParams<Name>;
  type Rows = (DatasetRow<Name> & { day: string })[];
  const number = (row: Rows[number], column: string) =>
    (row as Record<string, unknown>)[column] as number | null;
  return card<Rows>({
    id,
    title,
    note,
    layout,
    load: async (signal) => (await fetchRows(dataset, params(), signal)) as Rows,
    draw: (rows, width) =>
      linesChart({
        label: `${title}: ${lines.map(([, label]) => label).join(', ')}`,
        days: rows.map((row) => row.day),
        series: lines.map(([column, label, tone]) => ({
          label,
          colour: tone,
          values: rows.map((row) => number(row, column)),
        })),
        width,
        height: 260,
        ...(format ? { format } : {}),
      }),
    table: (rows) => ({
      caption: title,
      csv: datasetAddress(dataset, params(), '.csv'),
      columns: [{ label: 'Day' }, ...lines.map(([, label]) => ({ label, numeric: true }))],
      rows: rows.map((row) => [
        day(row.day),
        ...lines.map(([column]) => {
          const value = number(row, column);
          return value === null ? '–' : format ? format(value) : value;
        }),
      ]),
    }),
  });
}

function funnelCard(period: () => Period): Card {
  return card<DatasetRow<'funnel'>[]>({
    id: 'funnel',
    title: 'From a visit to a subscription',
    note: 'Visits by guests in the period, and how far they have come since',
    layout: 'half funnelled',
    load: (signal) => fetchRows('funnel', period(), signal),
    isEmpty: (rows) => !rows[0]?.visits,
    draw: ([row]) =>
      funnelBars([
        { label: 'Visited', value: row?.visits ?? 0 },
        { label: 'Saw the registration', value: row?.register_views ?? 0 },
        { label: 'Signed up', value: row?.sign_ups ?? 0 },
        { label: 'Listened', value: row?.listened ?? 0 },
        { label: 'Upgraded to paid', value: row?.upgraded ?? 0 },
      ]),
    table: ([row]) => ({
      caption: 'From a visit to a subscription',
      csv: datasetAddress('funnel', period(), '.csv'),
      columns: [{ label: 'Step' }, { label: 'Visits', numeric: true }],
      rows: Object.entries(row ?? {}).map(([step, value]) => [step.replaceAll('_', ' '), value]),
    }),
  });
}

function retentionCard(period: () => Period): Card {
  return card<DatasetRow<'retention'>[]>({
    id: 'retention',
    title: 'Who stays',
    note: 'Listeners by the week they first came; the share that is active in each week after',
    layout: 'full heated',
    load: (signal) => fetchRows('retention', period(), signal),
    draw: (rows) => heatTable(rows),
    downloads: () => ({ caption: 'Who stays', csv: datasetAddress('retention', period(), '.csv') }),
  });
}

/** Growth: active listeners, who stays, who pays. */
export function openGrowth(opened: PageContext): Page {
  let context = opened;
  let period: Period = readFilters(opened.location.search, opened.extent);
  const bar = filterBar((search) => context.go(`/growth${search}`, { replace: true }), { audience: false });
  const head = pageHead('Growth', bar.element);
  const of = () => ({ from: period.from, to: period.to });
  const cards = [
    linesCard({
      id: 'active-users',
      title: 'Active listeners',
      note: 'On the day, in the 7 days and in the 28 days that end with it',
      layout: 'full timed',
      dataset: 'active-users',
      period: of,
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
      period: of,
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
      period: of,
      lines: [['stickiness', 'of the monthly', colour.streams]],
      format: share,
    }),
    retentionCard(of),
    funnelCard(of),
    linesCard({
      id: 'subscriptions',
      title: 'Who pays',
      note: 'Listeners by level at the end of the day',
      dataset: 'subscriptions',
      period: of,
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
      period: of,
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
      period: of,
      lines: [['mean_minutes', 'minutes', colour.minutes]],
    }),
  ];
  const update = (next: PageContext) => {
    context = next;
    const filters = readFilters(next.location.search, next.extent);
    period = filters;
    bar.show(filters, next.extent);
    head.subtitle.textContent = `${day(filters.from)} – ${day(filters.to)}, everyone, the whole country`;
    for (const part of cards) void part.refresh();
  };
  update(opened);
  const element = h(
    'div',
    { class: 'page' },
    head.element,
    h('div', { class: 'grid' }, ...cards.map((part) => part.element)),
  );
  return { title: 'Growth', element, update };
}
