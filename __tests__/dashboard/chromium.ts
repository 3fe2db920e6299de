import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts the system's Chromium; the test runner names it in the environment. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.BEATFLOW_CHROMIUM;
  if (!executablePath) throw new Error('BEATFLOW_CHROMIUM is not set: run `npm run test:browser`');
  return chromium.launch({
    executablePath: executablePath.startsWith('/') ? executablePath : `/usr/bin/${executablePath}`,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page that remembers everything that must not happen on it. */
interface WatchedPage {
  readonly page: Page;
  /** Console errors and warnings, uncaught exceptions, and requests to anywhere but the server. */
  readonly faults: string[];
}

/** How long a test waits for anything on a page: a machine can be busy. */
const patienceMs = 90_000;

/** Opens a page of a server in a profile of its own. */
export async function openPage(
  browser: Browser,
  address: string,
  options: { readonly width?: number; readonly height?: number; readonly dark?: boolean } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.hostname !== '127.0.0.1') faults.push(`left: ${url}`);
  });
  await page.goto(address);
  return { page, faults };
}

/** Opens a page like {@link openPage}; `shifted` resolves with what has moved by itself, each with how much of the page. */
export async function openCountingShifts(
  browser: Browser,
  address: string,
  options: Parameters<typeof openPage>[2] = {},
): Promise<WatchedPage & { shifted(): Promise<string[]> }> {
  const opened = await openPage(browser, 'about:blank', options);
  const { page } = opened;
  await page.addInitScript(`globalThis.shifts = [];
    const nameOf = (node) => node?.outerHTML?.slice(0, 80) ?? node?.parentElement?.outerHTML?.slice(0, 80) ?? 'gone';
    const rect = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) {
        const moved = sources.map(({ node, previousRect, currentRect }) =>
          nameOf(node) + ': ' + rect(previousRect) + ' -> ' + rect(currentRect));
        shifts.push(value.toFixed(5) + ' ' + moved.join(', '));
      }
    }).observe({ type: 'layout-shift', buffered: true });`);
  await page.goto(address);
  return { ...opened, shifted: async () => (await page.evaluate('globalThis.shifts')) as string[] };
}

/** Waits until every part of the page has its data. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('main [aria-busy]');
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
}

/** The violations that axe-core finds on the page, each with the elements concerned. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Evaluated by the debugger, not inserted as a script element, which the page's policy would refuse.
  await page.evaluate(axeSource);
  return (await page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) =>
    impact + ' ' + id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`)) as string[];
}
