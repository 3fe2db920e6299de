import type { DatasetRow } from '../../datasets/index.ts';
import { isDay } from '../../shared/days.ts';
import { usStateOf, usStates } from '../../shared/us-states.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import type { Page, PageContext } from '../app.ts';
import { card } from '../card.ts';
import { choice } from '../choice.ts';
import { h } from '../dom.ts';
import { day as dayText, full } from '../format.ts';
import { pageHead } from '../page-head.ts';
import { rankLine } from '../plots/rank-line.ts';

type Row = DatasetRow<'song-chart'> | DatasetRow<'artist-chart'>;

/** Which chart is looked at; lives in the address. */
interface ChartChoice {
  readonly kind: 'songs' | 'artists';
  readonly cycle: 'week' | 'day';
  readonly region: string;
  readonly day: string | undefined;
}

/** Reads the chart from an address; what is not valid there counts as absent. */
function readChart(search: string): ChartChoice {
  const given = new URLSearchParams(search);
  const day = given.get('day');
  const region = (given.get('region') ?? '').toUpperCase();
  return {
    kind: given.get('kind') === 'artists' ? 'artists' : 'songs',
    cycle: given.get('cycle') === 'day' ? 'day' : 'week',
    region: usStateOf(region) ? region : 'US',
    day: isDay(day) ? day : undefined,
  };
}

function writeChart({ kind, cycle, region, day }: ChartChoice): string {
  const search = new URLSearchParams();
  if (kind !== 'songs') search.set('kind', kind);
  if (cycle !== 'week') search.set('cycle', cycle);
  if (region !== 'US') search.set('region', region);
  if (day) search.set('day', day);
  return search.size > 0 ? `?${search}` : '';
}

const movements: Readonly<Record<Row['movement'], { text: (steps: number) => string; spoken: string }>> = {
  new: { text: () => 'NEW', spoken: 'new on the chart' },
  're-entry': { text: () => 'BACK', spoken: 'back on the chart' },
  up: { text: (steps) => `▲ ${steps}`, spoken: 'up' },
  down: { text: (steps) => `▼ ${steps}`, spoken: 'down' },
  same: { text: () => '–', spoken: 'unchanged' },
};

function movementBadge({ movement, last_rank, chart_rank }: Row): HTMLElement {
  const { text, spoken } = movements[movement];
  const steps = Math.abs((last_rank ?? chart_rank) - chart_rank);
  return h(
    'span',
    { class: `move move-${movement}` },
    h('span', { 'aria-hidden': 'true' }, text(steps)),
    h('span', { class: 'visually-hidden' }, steps > 0 ? `${spoken} ${steps}` : spoken),
  );
}

function entry(row: Row): HTMLElement {
  const name =
    'song' in row
      ? h(
          'div',
          { class: 'entry-name' },
          h('a', { href: `/songs/${encodeURIComponent(row.song_key)}` }, row.song),
          h('span', {}, row.artist),
        )
      : h(
          'div',
          { class: 'entry-name' },
          h('a', { href: `/artists/${encodeURIComponent(row.artist_key)}` }, row.artist),
        );
  return h(
    'tr',
    { class: row.chart_rank <= 3 ? 'podium' : null },
    h('td', { class: 'entry-rank' }, row.chart_rank),
    h('td', {}, movementBadge(row)),
    h('th', { scope: 'row' }, name),
    h('td', { class: 'wide' }, rankLine(row.past_ranks)),
    h('td', { class: 'numeric' }, full(row.streams)),
    h('td', { class: 'numeric wide' }, row.last_rank ?? '–'),
    h('td', { class: 'numeric wide' }, row.peak_rank),
    h('td', { class: 'numeric wide' }, row.times_on_chart),
  );
}

function hotTable(rows: readonly Row[], cycle: ChartChoice['cycle'], caption: string): HTMLElement {
  const unit = cycle === 'week' ? 'Weeks' : 'Days';
  const columns: readonly [string, string][] = [
    ['Rank', ''],
    ['Move', ''],
    ['Title', ''],
    ['Past', 'wide'],
    ['Streams', 'numeric'],
    [cycle === 'week' ? 'Last week' : 'Yesterday', 'numeric wide'],
    ['Peak', 'numeric wide'],
    [unit, 'numeric wide'],
  ];
  return h(
    'table',
    { class: 'hot' },
    h('caption', {}, caption),
    h(
      'thead',
      {},
      h('tr', {}, ...columns.map(([label, kind]) => h('th', { scope: 'col', class: kind }, label))),
    ),
    h('tbody', {}, ...rows.map(entry)),
  );
}

/** Loads the chart; a day without one falls back to the newest. */
async function loadChart({ kind, cycle, region, day }: ChartChoice, signal: AbortSignal): Promise<Row[]> {
  const name = kind === 'songs' ? 'song-chart' : 'artist-chart';
  return fetchRows(name, { cycle, region, day, limit: 100 }, signal);
}

function chartName({ kind, region }: ChartChoice): string {
  return `Hot 100 ${kind === 'songs' ? 'songs' : 'artists'}${region === 'US' ? '' : `, ${usStateOf(region)?.name}`}`;
}

/** The charts in the manner of Billboard. */
export function openCharts(opened: PageContext): Page {
  let context = opened;
  let chart = readChart(opened.location.search);
  const change = (part: Partial<ChartChoice>) =>
    context.go(`/charts${writeChart({ ...chart, ...part })}`, { replace: true });
  const region = h(
    'select',
    {
      class: 'field',
      'aria-label': 'Region',
      change: () => change({ region: region.value, day: undefined }),
    },
    h('option', { value: 'US' }, 'The whole country'),
    ...usStates.map(({ code, name }) => h('option', { value: code }, name)),
  );
  const days = h('select', {
    class: 'field of-days',
    'aria-label': 'Chart of',
    change: () => change({ day: days.value }),
  });
  const tools = h(
    'div',
    { class: 'filters' },
    choice('Kind', { songs: 'Songs', artists: 'Artists' }, chart.kind, (kind) => change({ kind })),
    choice('Length', { week: 'Week', day: 'Day' }, chart.cycle, (cycle) => change({ cycle, day: undefined })),
    region,
    days,
  );
  const head = pageHead('Hot 100', tools);
  const hot = card<Row[]>({
    id: 'hot',
    title: 'Ranking',
    layout: 'full charted',
    load: async (signal) => {
      const [rows, all] = await Promise.all([
        loadChart(chart, signal),
        fetchRows('chart-days', { cycle: chart.cycle, region: chart.region }, signal),
      ]);
      days.replaceChildren(
        ...all.map(({ day }) =>
          h('option', { value: day }, chart.cycle === 'week' ? `Week of ${dayText(day)}` : dayText(day)),
        ),
      );
      const shown = rows[0]?.day;
      if (shown) days.value = shown;
      head.subtitle.textContent = shown
        ? `${chartName(chart)} · ${chart.cycle === 'week' ? 'week of ' : ''}${dayText(shown)}`
        : chartName(chart);
      return rows;
    },
    draw: (rows) => hotTable(rows, chart.cycle, chartName(chart)),
    downloads: () => ({
      caption: chartName(chart),
      csv: datasetAddress(
        chart.kind === 'songs' ? 'song-chart' : 'artist-chart',
        { cycle: chart.cycle, region: chart.region, day: chart.day },
        '.csv',
      ),
    }),
  });
  const update = (next: PageContext) => {
    context = next;
    chart = readChart(next.location.search);
    region.value = chart.region;
    void hot.refresh();
  };
  update(opened);
  return { title: 'Charts', element: h('div', { class: 'page' }, head.element, hot.element), update };
}
