import { areaY, axisX, axisY, dot, gridY, lineY, pointerX, ruleX, tip } from '@observablehq/plot';
import { compact, full, type Grain, moment } from '../format.ts';
import { dayTicks, plot } from './plot.ts';

/** One moment of a series. */
interface Point {
  readonly at: Date;
  readonly value: number;
}

/** What a line over time shows. */
interface TimePlot {
  readonly points: readonly Point[];
  readonly grain: Grain;
  /** Whether the last point's time is not over: it is drawn as such. */
  readonly lastIsPartial?: boolean;
  /** Name of the measure, for the label and the tip. */
  readonly label: string;
  readonly colour: string;
  readonly width: number;
  readonly height: number;
}

/** A filled line over time with the value under the pointer. */
export function timePlot(props: TimePlot): SVGSVGElement {
  const { points, grain, label, colour, width, height, lastIsPartial = false } = props;
  const whole = lastIsPartial ? points.slice(0, -1) : points;
  const first = points[0]?.at;
  const last = points.at(-1)?.at;
  const span = first && last ? `, ${moment(first, grain)} to ${moment(last, grain)}` : '';
  const soFar = (point: Point) => (lastIsPartial && point === points.at(-1) ? ' so far' : '');
  const title = (point: Point) =>
    `${moment(point.at, grain)}\n${full(point.value)} ${label.toLowerCase()}${soFar(point)}`;
  return plot({
    ariaLabel: `${label} by ${grain}${span}`,
    width,
    height,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 12,
    marginBottom: 28,
    x: { type: 'utc' },
    y: { zero: true, nice: true },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 4 }),
      axisY({ ticks: 4, tickFormat: compact, tickSize: 0, label: null, tickPadding: 8 }),
      axisX({
        ticks: grain === 'day' ? dayTicks(points.length, width) : Math.max(3, Math.floor(width / 110)),
        tickSize: 0,
        label: null,
        tickPadding: 10,
      }),
      areaY(whole, { x: 'at', y: 'value', fill: colour, fillOpacity: 0.14, curve: 'monotone-x' }),
      lastIsPartial
        ? areaY(points.slice(-2), { x: 'at', y: 'value', fill: colour, fillOpacity: 0.05 })
        : null,
      lineY(whole, { x: 'at', y: 'value', stroke: colour, strokeWidth: 2, curve: 'monotone-x' }),
      lastIsPartial
        ? lineY(points.slice(-2), {
            x: 'at',
            y: 'value',
            stroke: colour,
            strokeWidth: 2,
            strokeDasharray: '2,4',
          })
        : null,
      ...(points.length === 1 ? [dot(points, { x: 'at', y: 'value', fill: colour, r: 4 })] : []),
      ruleX(points, pointerX({ x: 'at', stroke: 'var(--muted)', strokeDasharray: '2,3' })),
      dot(
        points,
        pointerX({ x: 'at', y: 'value', fill: colour, stroke: 'var(--surface)', strokeWidth: 2, r: 5 }),
      ),
      tip(points, pointerX({ x: 'at', y: 'value', title, lineHeight: 1.4 })),
    ],
  });
}
