import { s } from '../dom.ts';

const width = 96;
const height = 26;

/**
 * The past places of an item on a chart as a small line, 1 at the top.
 * @param ranks Oldest first; null for a chart that it missed, which leaves a gap.
 */
export function rankLine(ranks: readonly (number | null)[]): SVGSVGElement {
  const worst = Math.max(...ranks.map((rank) => rank ?? 0), 10);
  const x = (index: number) => 3 + (ranks.length > 1 ? index / (ranks.length - 1) : 1) * (width - 6);
  const y = (rank: number) => 3 + ((rank - 1) / (worst - 1)) * (height - 6);
  let path = '';
  let drawing = false;
  for (const [index, rank] of ranks.entries()) {
    if (rank !== null) path += `${drawing ? 'L' : 'M'}${x(index).toFixed(1)},${y(rank).toFixed(1)}`;
    drawing = rank !== null;
  }
  const last = ranks.at(-1) ?? worst;
  return s(
    'svg',
    { class: 'rank-line', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' },
    s('path', { d: path }),
    s('circle', { cx: x(ranks.length - 1), cy: y(last), r: 2.6 }),
  );
}
