import type { Extent } from './filters.ts';
import type { StatusFeed } from './status-feed.ts';

/** What a page gets to work with. */
export interface PageContext {
  readonly feed: StatusFeed;
  readonly location: URL;
  /** The days the data cover; pages are not opened before there are any, unless they ask to. */
  readonly extent: Extent;
  /** Goes to another address of this site. */
  go(address: string, options?: { readonly replace?: boolean }): void;
}

/** A page that is open. */
export interface Page {
  readonly title: string;
  readonly element: HTMLElement;
  /** The version of the marts, or the search part of the address, has changed. */
  update(context: PageContext): void;
  /** Another page is opened. */
  close?(): void;
}

/** Opens a page; its parameters are the parts of the path that vary. */
export type OpenPage = (context: PageContext, parameters: readonly string[]) => Page;
