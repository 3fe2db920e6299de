import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { MartsFixture } from './marts-fixture.ts';
import { startTestServer, type TestServer } from './test-server.ts';

/** A dashboard on the small fixture's marts, and a browser to look at it with. */
interface Site {
  readonly browser: Browser;
  readonly fixture: MartsFixture;
  readonly server: TestServer;
}

/** Starts a site for the tests of a file and ends it after them; each test begins without an open page. */
export function useSite(): Site {
  const site = {} as { -readonly [Part in keyof Site]: Site[Part] };
  beforeAll(async () => {
    site.fixture = await MartsFixture.create();
    await site.fixture.publish();
    [site.browser, site.server] = await Promise.all([launchChromium(), startTestServer(site.fixture.marts)]);
  });
  afterAll(async () => {
    await site.browser?.close();
    await site.server?.stop();
    await site.fixture?.remove();
  });
  afterEach(async () => {
    for (const context of site.browser.contexts()) await context.close();
    expect(site.server.complaints).toEqual([]);
  });
  return site;
}
