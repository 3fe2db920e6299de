import { s } from '../dom.ts';

const width = 120;
const height = 32;

/** A line without axes, for a trend beside a number; says nothing that the number does not. */
export function sparkline(values: readonly number[]): SVGSVGElement {
  const largest = Math.max(...values, Number.MIN_VALUE);
  const x = (index: number) => (values.length > 1 ? (index / (values.length - 1)) * width : width / 2);
  const y = (value: number) => height - 2 - (value / largest) * (height - 4);
  const line = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join('L');
  return s(
    'svg',
    {
      class: 'sparkline',
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    values.length > 1 &&
      s('path', { class: 'sparkline-fill', d: `M0,${height}L${line}L${width},${height}Z` }),
    values.length > 1 && s('path', { class: 'sparkline-line', d: `M${line}` }),
  );
}
