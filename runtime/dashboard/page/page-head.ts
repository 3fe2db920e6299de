import { type Child, h } from './dom.ts';

/** The head of a page: its title, a line under it, and what narrows it. */
interface PageHead {
  readonly element: HTMLElement;
  readonly title: HTMLHeadingElement;
  readonly subtitle: HTMLElement;
}

/** Makes the head of a page. */
export function pageHead(title: string, ...tools: Child[]): PageHead {
  const heading = h('h1', {}, title);
  const subtitle = h('p', { class: 'lede' });
  const element = h('div', { class: 'page-head' }, h('div', {}, heading, subtitle), ...tools);
  return { element, title: heading, subtitle };
}
