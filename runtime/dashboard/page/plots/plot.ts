import { plot as draw, type PlotOptions } from '@observablehq/plot';

/** Colours by what they stand for; the style sheet gives them their value in light and dark. */
export const colour = {
  streams: 'var(--streams)',
  listeners: 'var(--listeners)',
  minutes: 'var(--minutes)',
  line: 'var(--line)',
  muted: 'var(--muted)',
} as const;

/** One step per class of a map or a heat map, light to dark on paper and dark to light on ink. */
export const ramp = Array.from({ length: 6 }, (_, step) => `var(--ramp-${step})`);

/** Ticks of an axis of days: one a day while there are few, never one within a day. */
export function dayTicks(days: number, width: number): number | 'day' {
  const most = Math.max(2, Math.floor(width / 110));
  return days <= most ? 'day' : Math.min(most, days);
}

/**
 * A drawing by Observable Plot as an image with a name. Its style element is taken out before it reaches the document,
 * where the content security policy would refuse it; our style sheet has the same rules. The names it gives to the marks
 * become data attributes: an image has one name.
 */
export function plot(options: PlotOptions & { ariaLabel: string }): SVGSVGElement {
  const svg = draw({ className: 'plot', ...options }) as SVGSVGElement;
  svg.querySelector('style')?.remove();
  svg.setAttribute('role', 'img');
  for (const mark of svg.querySelectorAll('g[aria-label]')) {
    mark.setAttribute('data-mark', mark.getAttribute('aria-label') ?? '');
    mark.removeAttribute('aria-label');
  }
  return svg;
}
