import { SetupError } from '../program/errors.ts';

/**
 * Opens the page as a browser would begin to: the document and its script.
 * @throws SetupError `reconciliation` where one of them is not served.
 */
export async function checkPage(url: string): Promise<void> {
  const page = await fetch(url);
  const html = await page.text();
  const script = /<script[^>]+src="([^"]+)"/.exec(html)?.[1];
  const served = script ? await fetch(new URL(script, url)) : undefined;
  if (page.status !== 200 || served?.status !== 200) {
    throw new SetupError(
      'reconciliation',
      `the page at ${url} answered ${page.status}, its script ${script ?? '(none)'} ${served?.status ?? ''}`,
    );
  }
  await served.arrayBuffer();
}
