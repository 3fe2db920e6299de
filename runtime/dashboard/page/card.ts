import { type Child, h } from './dom.ts';
import { downloads, type Table, tableOf } from './table.ts';

/** A part of a page that shows one dataset and can show it again with other parameters. */
interface CardProps<T> {
  /** Stable id; the heading's id is derived from it. */
  readonly id: string;
  readonly title: string;
  /** What the numbers mean, one short line. */
  readonly note?: string;
  /** Controls beside the title. */
  readonly tools?: readonly Child[];
  /** Classes that place the card and give its body a height before the data are there. */
  readonly layout?: string;
  /** Gets the data; the signal is aborted when newer data are asked for. */
  load(signal: AbortSignal): Promise<T>;
  /** Draws the data. `width` is the room there is, in CSS pixels. */
  draw(data: T, width: number): Node;
  /** The same numbers as a table, with the address of the CSV. */
  table?(data: T): Table;
  /** Caption and address of the CSV, for a drawing that is a table itself. */
  downloads?(data: T): { readonly caption: string; readonly csv: string };
  /** Said instead of a drawing. @default decided by `isEmpty` of an empty list */
  isEmpty?(data: T): boolean;
}

/** A card on the page. */
export interface Card {
  readonly element: HTMLElement;
  /** Loads and draws again; the old drawing stays until the new one is there. */
  refresh(): Promise<void>;
  /** Draws again what was loaded last. */
  redraw(): void;
}

const nothing = 'Nothing was played in this selection.';

/** Makes a card. */
export function card<T>(props: CardProps<T>): Card {
  const body = h('div', { class: 'card-body' });
  const footer = h('div', { class: 'card-table' });
  const element = h(
    'section',
    {
      class: `card ${props.layout ?? ''}`,
      id: props.id,
      'aria-labelledby': `${props.id}-title`,
      'aria-busy': 'true',
    },
    h(
      'header',
      { class: 'card-head' },
      h(
        'div',
        {},
        h('h2', { id: `${props.id}-title` }, props.title),
        props.note && h('p', { class: 'note' }, props.note),
      ),
      props.tools && h('div', { class: 'tools' }, ...props.tools),
    ),
    body,
    footer,
  );

  let shown: { readonly data: T } | undefined;
  let running: AbortController | undefined;
  let drawnWidth = 0;

  const numbersBehind = (data: T): HTMLElement[] => {
    if (props.table) return [tableOf(props.table(data), footer)];
    const { caption, csv } = props.downloads?.(data) ?? {};
    return caption && csv ? [downloads(caption, csv)] : [];
  };

  const draw = () => {
    // A card that is not on the page, or not yet, has no width; it is drawn when it gets one.
    if (!shown || body.clientWidth === 0) return;
    drawnWidth = body.clientWidth;
    const { data } = shown;
    const empty = props.isEmpty ? props.isEmpty(data) : Array.isArray(data) && data.length === 0;
    body.replaceChildren(empty ? h('p', { class: 'empty' }, nothing) : props.draw(data, drawnWidth));
    footer.replaceChildren(...(empty ? [] : numbersBehind(data)));
  };

  new ResizeObserver(() => {
    if (shown && Math.abs(body.clientWidth - drawnWidth) > 1) draw();
  }).observe(body);

  const refresh = async () => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    element.setAttribute('aria-busy', 'true');
    try {
      const data = await props.load(mine.signal);
      if (mine.signal.aborted) return;
      shown = { data };
      draw();
    } catch (error) {
      if (mine.signal.aborted) return;
      shown = undefined;
      const message = error instanceof Error ? error.message : String(error);
      const again = h(
        'button',
        { type: 'button', class: 'button', click: () => void refresh() },
        'Try again',
      );
      body.replaceChildren(h('div', { class: 'empty', role: 'alert' }, h('p', {}, message), again));
      footer.replaceChildren();
    } finally {
      if (running === mine) element.setAttribute('aria-busy', 'false');
    }
  };

  return { element, refresh, redraw: draw };
}
