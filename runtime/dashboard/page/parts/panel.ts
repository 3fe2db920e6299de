import { h } from '../dom.ts';

/** What a panel says of itself. */
interface PanelProps {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Classes that place it in the grid. */
  readonly layout: string;
}

/** A card that others keep current. */
export function panel({ id, title, note, layout }: PanelProps, ...children: Node[]): HTMLElement {
  return h(
    'section',
    { class: `card ${layout}`, id, 'aria-labelledby': `${id}-title` },
    h(
      'header',
      { class: 'card-head' },
      h('div', {}, h('h2', { id: `${id}-title` }, title), h('p', { class: 'note' }, note)),
    ),
    ...children,
  );
}
