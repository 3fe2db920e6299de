import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { messageCodec } from '../../runtime/contract/message.ts';
import { topicNames, topics } from '../../runtime/contract/topics.ts';
import { connectProducer, type EventProducer } from '../../runtime/kafka/producer.ts';
import type { ChildProgram } from '../../runtime/local/child-program.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { listenEvent } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { silentLogger, TestPipeline } from '../support/pipeline.ts';
import { launchChromium, openPage } from './chromium.ts';
import { MartsFixture, smallFixture } from './marts-fixture.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const codec = messageCodec('listen_events');

let browser: Browser;
let kafka: TestBroker;
let pipeline: TestPipeline;
let producer: EventProducer;
let consumer: ChildProgram;
let fixture: MartsFixture;
let server: TestServer;

beforeAll(async () => {
  [browser, kafka, fixture] = await Promise.all([launchChromium(), startTestBroker(), MartsFixture.create()]);
  await fixture.publish({ ...smallFixture, days: 3 });
  pipeline = await TestPipeline.create(kafka.broker.address);
  producer = await connectProducer(
    { brokers: [kafka.broker.address], clientId: 'test' },
    { logger: silentLogger },
  );
  consumer = await pipeline.startConsumer();
  server = await startTestServer(fixture.marts, { lake: join(pipeline.folder, 'lake') });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await producer?.disconnect();
  await consumer?.stop();
  await pipeline?.remove();
  await kafka?.remove();
  await fixture?.remove();
});

let sequence = 0;

/** Produces plays by as many listeners, each a record on the real topic. */
async function play(song: string, listeners: number): Promise<void> {
  const messages = Array.from({ length: listeners }, (_, index) => {
    sequence += 1;
    const event = listenEvent({
      ts: Date.now(),
      sessionId: sequence,
      userId: 1000 + index,
      state: 'TX',
      song,
    });
    return { key: String(event.userId), value: codec.encode(event) };
  });
  await producer.send('listen_events', messages);
}

test('each play shows by its title, figures rise with the stream, also after the server was away', async () => {
  const { page, faults } = await openPage(browser, `${server.url}/live`);
  await page.getByRole('heading', { name: 'Right now' }).waitFor();
  for (const song of ['One <i>of</i> This Test', 'Another <i>of</i> This Test']) {
    await play(song, 40);
    await page.locator('.play-song', { hasText: song }).first().waitFor();
  }
  await page.locator('.live-number', { hasText: '40' }).waitFor();
  await page.locator('#listening path[data-state="TX"].known').waitFor();

  expect(await page.locator('#rates dt').allTextContents()).toEqual(
    topicNames.map((topic) => topics[topic].title),
  );
  const rate = page.locator('[data-topic="listen_events"] .tile-value');
  await eventually('the rate of songs rises', async () => {
    await play('Another Song', 20);
    return Number(await rate.textContent()) > 0;
  });
  await page.locator('.health dd', { hasText: '1 at work' }).waitFor();
  expect(faults).toEqual([]);

  const port = Number(new URL(server.url).port);
  await server.stop();
  await page.locator('.lede', { hasText: 'Reconnecting' }).waitFor();
  server = await startTestServer(fixture.marts, { port, lake: join(pipeline.folder, 'lake') });
  await play('After The Restart', 3);
  await page.locator('.play-song', { hasText: 'After The Restart' }).first().waitFor({ timeout: 60_000 });
  expect(server.complaints).toEqual([]);
});
