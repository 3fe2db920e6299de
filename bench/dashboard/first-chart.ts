import { launchChromium, openPage } from '../../__tests__/dashboard/chromium.ts';
import { percentile } from './load.ts';

/** What a reader waits for on the first visit. */
export interface FirstChart {
  readonly milliseconds: number;
  readonly scriptKiB: number;
}

/** The median over fresh profiles of the time from navigation to the first chart, and the size of the scripts. */
export async function firstChart(url: string): Promise<FirstChart> {
  const browser = await launchChromium();
  const times: number[] = [];
  let scriptKiB = 0;
  try {
    for (let run = 0; run < 7; run += 1) {
      const { page } = await openPage(browser, 'about:blank');
      await page.addInitScript(`new MutationObserver((_, observer) => {
        if (!document.querySelector('.plot')) return;
        globalThis.firstChart = performance.now();
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true })`);
      await page.goto(url);
      await page.waitForSelector('.plot');
      times.push((await page.evaluate('globalThis.firstChart')) as number);
      scriptKiB = (await page.evaluate(`performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0) / 1024`)) as number;
      await page.context().close();
    }
  } finally {
    await browser.close();
  }
  times.sort((a, b) => a - b);
  return { milliseconds: percentile(times, 0.5), scriptKiB };
}
