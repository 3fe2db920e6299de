import { axisX, axisY, gridY, lineY, pointerX, ruleX, ruleY, tip } from '@observablehq/plot';
import { daysIn } from '../../shared/days.ts';
import { h } from '../dom.ts';
import { compact, full, moment } from '../format.ts';
import { dayTicks, plot } from './plot.ts';

/** One line. */
interface Series {
  readonly label: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

/** Lines over the same days. */
interface LinesPlot {
  readonly label: string;
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly width: number;
  readonly height: number;
  /** Writes a value at the axis. @default few characters */
  readonly format?: (value: number) => string;
  /** Places on a chart: 1 is at the top. */
  readonly ranks?: boolean;
}

const daysShown = (days: readonly string[]) => daysIn(days[0] ?? '', days.at(-1) ?? '') || 1;

/** Places to mark on a ranking's axis: the best and the worst, and some between. */
function rankTicks(values: readonly (number | null)[]): number[] {
  const worst = Math.max(2, ...values.map((value) => value ?? 1));
  return [...new Set([1, Math.ceil(worst / 3), Math.ceil((worst * 2) / 3), worst])];
}

/** Several lines over days, with a legend and the values of a day under the pointer. */
export function linesPlot(props: LinesPlot): HTMLElement {
  const { label, days, series, width, height, format = compact, ranks = false } = props;
  const dates = days.map((day) => new Date(`${day}T00:00:00Z`));
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : format === compact ? full(value) : format(value);
  const title = (_: unknown, index: number) =>
    [
      moment(dates[index] ?? new Date(0), 'day'),
      ...series.map((line) => `${text(line.values[index])} ${line.label.toLowerCase()}`),
    ].join('\n');
  const first = series[0]?.values ?? [];
  const ticks = ranks ? rankTicks(first) : 4;
  const svg = plot({
    ariaLabel: label,
    width,
    height,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 12,
    marginBottom: 28,
    x: { type: 'utc' },
    y: ranks ? { reverse: true, domain: [1, Math.max(...rankTicks(first))] } : { zero: true, nice: true },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks }),
      axisY({ ticks, tickFormat: format, tickSize: 0, label: null, tickPadding: 8 }),
      axisX({ ticks: dayTicks(daysShown(days), width), tickSize: 0, label: null, tickPadding: 10 }),
      ranks ? null : ruleY([0], { stroke: 'var(--line)' }),
      ...series.map((line) =>
        lineY(dates, {
          x: dates,
          y: line.values as number[],
          stroke: line.colour,
          strokeWidth: 2,
          curve: ranks ? 'linear' : 'monotone-x',
          ...(ranks || dates.length === 1 ? { marker: 'dot' } : {}),
        }),
      ),
      ruleX(dates, pointerX({ x: dates, stroke: 'var(--muted)', strokeDasharray: '2,3' })),
      tip(dates, pointerX({ x: dates, y: first as number[], title: dates.map(title), lineHeight: 1.4 })),
    ],
  });
  return h('div', {}, series.length > 1 ? legend(series) : null, svg);
}

function legend(series: readonly Series[]): HTMLElement {
  return h(
    'ul',
    { class: 'legend' },
    ...series.map(({ label, colour }) => {
      const key = h('span', { class: 'share-key', 'aria-hidden': 'true' });
      key.style.setProperty('--tone', colour);
      return h('li', {}, key, label);
    }),
  );
}
