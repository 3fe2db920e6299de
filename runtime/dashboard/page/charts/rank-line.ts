import { s } from '../dom.ts';

const width = 96;
const height = 26;

/** The past places of an item on a chart as a small line, 1 at the top; a chart that it missed leaves a gap. */
export function rankLine(
  days: readonly string[],
  ranks: readonly number[],
  allDays: readonly string[],
): SVGSVGElement {
  const worst = Math.max(...ranks, 10);
  const rankOf = new Map(days.map((day, index) => [day, ranks[index] ?? worst]));
  const x = (index: number) => 3 + (allDays.length > 1 ? index / (allDays.length - 1) : 1) * (width - 6);
  const y = (rank: number) => 3 + ((rank - 1) / (worst - 1)) * (height - 6);
  let path = '';
  let drawing = false;
  for (const [index, day] of allDays.entries()) {
    const rank = rankOf.get(day);
    if (rank !== undefined) path += `${drawing ? 'L' : 'M'}${x(index).toFixed(1)},${y(rank).toFixed(1)}`;
    drawing = rank !== undefined;
  }
  const last = ranks.at(-1) ?? worst;
  return s(
    'svg',
    { class: 'rank-line', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' },
    s('path', { d: path }),
    s('circle', { cx: x(allDays.length - 1), cy: y(last), r: 2.6 }),
  );
}
