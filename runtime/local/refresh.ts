import { setTimeout as delay } from 'node:timers/promises';
import type { LocalConfig } from './config.ts';
import type { LocalPipeline } from './pipeline.ts';
import { formatCount } from './report.ts';

/** Loads, builds and publishes again and again while the stream runs; ends when it is told to stop. */
export async function refresh(
  pipeline: LocalPipeline,
  config: LocalConfig,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await delay(config.refreshSeconds * 1000, undefined, { signal: stop });
    const started = performance.now();
    await pipeline.awaitLake(() => undefined);
    const { rows, hours } = await pipeline.load(() => undefined);
    if (rows === 0) continue;
    await pipeline.buildModels();
    await pipeline.publishMarts();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const rate = formatCount(pipeline.progress?.eventsPerSecond ?? 0);
    const time = new Date().toTimeString().slice(0, 8);
    console.log(
      `${time}  batch of ${formatCount(rows)} rows in ${hours} hours took ${seconds} s; ${rate} events per second`,
    );
  }
}
