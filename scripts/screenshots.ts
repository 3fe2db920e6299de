/**
 * Takes the pictures of the pages that the README shows, from a dashboard that runs: `npm start` in one terminal,
 * `node scripts/screenshots.ts http://127.0.0.1:8080` in another. Chromium is named by BEATFLOW_CHROMIUM.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const viewport = { width: 1280, height: 860 };

/** The pictures: file, path of the page, and whether it is shown in the dark. */
const pictures = [
  ['overview', '/?range=all', 'light'],
  ['charts', '/charts', 'dark'],
  ['wrapped', '/wrapped', 'light'],
  ['growth', '/growth?range=all', 'light'],
  ['live', '/live', 'dark'],
] as const;

/** Long enough for the live figures to have moved, milliseconds. */
const liveMilliseconds = 12_000;

async function take(browser: Browser, url: string, [name, path, colorScheme]: (typeof pictures)[number]) {
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
  await page.goto(new URL(path, url).href);
  await page.locator('main h1').waitFor();
  if (name === 'wrapped') {
    await page.getByRole('button', { name: 'Surprise me' }).click();
    await page.locator('.story').first().waitFor();
  }
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready');
  if (name === 'live') await page.waitForTimeout(liveMilliseconds);
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.close();
  console.log(`docs/images/${name}.png`);
}

const [url] = process.argv.slice(2);
if (!url) {
  console.error('usage: node scripts/screenshots.ts <address of a running dashboard>');
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.BEATFLOW_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  for (const picture of pictures) await take(browser, url, picture);
} finally {
  await browser.close();
}
