import { h, styled } from '../dom.ts';
import { compact, full, share } from '../format.ts';

/** One part of a whole. */
interface Part {
  readonly label: string;
  readonly value: number;
  /** Class that picks its colour. */
  readonly tone: string;
}

/** A whole and its parts, as one bar with a legend that says all of it in words. */
export function shareBar(parts: readonly Part[], unit: string): HTMLElement {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  const segments = parts.map(({ value, tone }) =>
    styled(h('span', { class: `share-part ${tone}` }), { '--share': String(whole > 0 ? value / whole : 0) }),
  );
  const legend = parts.map(({ label, value, tone }) =>
    h(
      'li',
      { 'data-value': value },
      h('span', { class: `share-key ${tone}`, 'aria-hidden': 'true' }),
      h('span', { class: 'share-label' }, label),
      h('strong', {}, share(whole > 0 ? value / whole : 0)),
      h('span', { class: 'share-count', title: `${full(value)} ${unit}` }, `${compact(value)} ${unit}`),
    ),
  );
  return h(
    'div',
    { class: 'shares' },
    h('div', { class: 'share-bar', 'aria-hidden': 'true' }, ...segments),
    h('ul', { class: 'share-legend' }, ...legend),
  );
}
