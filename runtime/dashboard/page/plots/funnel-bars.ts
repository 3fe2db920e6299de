import { h, styled } from '../dom.ts';
import { full, share } from '../format.ts';

/** A step of a funnel and how many passed it. */
interface FunnelStep {
  readonly label: string;
  readonly value: number;
}

/** Steps under each other, each bar as long as its share of the first, with the share of the step before. */
export function funnelBars(steps: readonly FunnelStep[]): HTMLElement {
  const first = steps[0]?.value ?? 0;
  return h(
    'ol',
    { class: 'funnel' },
    ...steps.map(({ label, value }, index) => {
      const before = steps[index - 1]?.value;
      return h(
        'li',
        { 'data-value': value },
        h('span', { class: 'funnel-label' }, label),
        h('strong', {}, full(value)),
        h('span', { class: 'funnel-share' }, before ? `${share(value / before)} of the step before` : ''),
        styled(h('span', { class: 'rank-bar', 'aria-hidden': 'true' }), {
          '--share': String(first > 0 ? value / first : 0),
        }),
      );
    }),
  );
}
