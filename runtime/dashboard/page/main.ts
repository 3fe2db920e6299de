import { matchPage } from '../shared/page-paths.ts';
import type { Page, PageContext } from './app.ts';
import { announce, h } from './dom.ts';
import { mountFreshness } from './freshness.ts';
import { pages, sections } from './routes.ts';
import { StatusFeed } from './status-feed.ts';

const content = document.getElementById('content') as HTMLElement;
const feed = new StatusFeed();
let open: { readonly path: string; readonly page: Page } | undefined;

function go(address: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  void show();
}

function message(title: string, text: string, picture?: HTMLElement): void {
  open?.page.close?.();
  open = undefined;
  document.title = `${title} · Beatflow`;
  content.replaceChildren(h('div', { class: 'message' }, picture, h('h1', {}, title), h('p', {}, text)));
}

function equaliser(): HTMLElement {
  return h(
    'div',
    { class: 'equaliser', 'aria-hidden': 'true' },
    ...Array.from({ length: 7 }, () => h('span')),
  );
}

/** Brings the document in line with the address and the data. */
async function show(): Promise<void> {
  const { status } = feed.state;
  if (!status) return;
  const location = new URL(window.location.href);
  const found = matchPage(location.pathname);
  markSection(location.pathname);
  if (!found) return message('Nothing here', 'There is no page at this address.');
  if (!status.extent) {
    return message(
      'No data yet',
      'The first batch is on its way. This page shows it as soon as it is there.',
      equaliser(),
    );
  }
  const context: PageContext = { feed, location, extent: status.extent, go };
  if (open?.path === location.pathname) return open.page.update(context);
  const openPage = await pages[found.page]();
  if (window.location.pathname !== location.pathname) return;
  const moved = open !== undefined;
  open?.page.close?.();
  const page = openPage(context, found.parameters);
  open = { path: location.pathname, page };
  document.title = `${page.title} · Beatflow`;
  content.replaceChildren(page.element);
  if (!moved) return;
  window.scrollTo(0, 0);
  content.focus({ preventScroll: true });
  announce(page.title);
}

function markSection(path: string): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.sections a')) {
    const here = link.pathname === '/' ? path === '/' : path.startsWith(link.pathname);
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** Follows links within the site without loading the document again. */
function followLink(event: MouseEvent): void {
  const link = (event.target as Element).closest?.('a');
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== window.location.origin || link.hasAttribute('download') || link.target) return;
  if (!matchPage(link.pathname) || link.hash) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

document
  .querySelector('.sections')
  ?.append(...sections.map(({ name, address }) => h('a', { href: address }, name)));
document.addEventListener('click', followLink);
window.addEventListener('popstate', () => void show());
mountFreshness(document.getElementById('freshness') as HTMLElement, feed);
feed.onChange(({ status }, before) => {
  const changed = status?.marts?.version !== before.status?.marts?.version || !before.status;
  if (!changed) return;
  void show();
  if (before.status?.marts && status?.marts) announce('New data have arrived.');
});
feed.start().catch((error: Error) => message('Beatflow cannot be reached', error.message));
