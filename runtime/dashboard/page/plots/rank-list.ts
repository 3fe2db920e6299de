import { type Child, h, styled } from '../dom.ts';
import { full } from '../format.ts';

/** One line of a ranking. */
interface RankItem {
  readonly title: string;
  readonly subtitle?: string;
  readonly href?: string;
  readonly value: number;
  /** Shown at the end of the line. @default the value in full */
  readonly text?: string;
}

/** How a ranking is shown. */
interface RankListProps {
  readonly items: readonly RankItem[];
  /** What the value counts, for screen readers. */
  readonly unit: string;
  readonly numbered?: boolean;
  /** Class that picks the colour of the bars. */
  readonly tone?: string;
}

/** A ranking as a list whose bars are as long as the values are large: text first, readable without its looks. */
export function rankList({ items, unit, numbered = true, tone = '' }: RankListProps): HTMLElement {
  const largest = Math.max(...items.map(({ value }) => value), Number.MIN_VALUE);
  const line = ({ title, subtitle, href, value, text }: RankItem, index: number): Child => {
    const bar = styled(h('span', { class: 'rank-bar', 'data-value': value }), {
      '--share': String(value / largest),
    });
    return h(
      'li',
      { class: 'rank' },
      numbered && h('span', { class: 'rank-number', 'aria-hidden': 'true' }, index + 1),
      h(
        'span',
        { class: 'rank-name' },
        h('span', { class: 'rank-title' }, href ? h('a', { href }, title) : title),
        subtitle && h('span', { class: 'rank-subtitle' }, subtitle),
      ),
      h(
        'span',
        { class: 'rank-value' },
        text ?? full(value),
        h('span', { class: 'visually-hidden' }, ` ${unit}`),
      ),
      bar,
    );
  };
  return h(numbered ? 'ol' : 'ul', { class: `ranking ${tone}` }, ...items.map(line));
}
