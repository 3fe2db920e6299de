import type { Logger } from '../program/logger.ts';
import { reportToParent } from '../program/run.ts';
import { type TopicCounts, totalOf } from './engine/engine.ts';
import type { Progress } from './run.ts';

const reportEveryMs = 250;
const logEveryMs = 30_000;
const barWidth = 30;

function bar(fraction: number): string {
  const full = Math.round(fraction * barWidth);
  return '#'.repeat(full) + '-'.repeat(barWidth - full);
}

/** Tells the parent process, the terminal and the log how a run is getting on. */
export class ProgressReporter {
  readonly #log: Logger;
  readonly #terminal: NodeJS.WriteStream | undefined;
  readonly #startedAt = performance.now();
  readonly #eventsBefore: number;
  #reportedAt = 0;
  #loggedAt = performance.now();
  #last: Progress | undefined;

  /** @param eventsBefore events that earlier starts of the run made safe, which do not count for the rate */
  constructor(logger: Logger, eventsBefore: number) {
    this.#log = logger;
    this.#eventsBefore = eventsBefore;
    this.#terminal = process.stderr.isTTY ? process.stderr : undefined;
  }

  update(progress: Progress): void {
    this.#last = progress;
    const now = performance.now();
    if (now - this.#reportedAt < reportEveryMs) return;
    this.#reportedAt = now;
    reportToParent({ type: 'progress', ...progress, eventsPerSecond: this.#rate(progress) });
    this.#draw(progress);
    if (now - this.#loggedAt >= logEveryMs) {
      this.#loggedAt = now;
      this.#log.info(this.#figures(progress), 'events safe');
    }
  }

  /** All of the past is safe. */
  caughtUp(events: TopicCounts): void {
    if (this.#last) this.update(this.#last);
    reportToParent({ type: 'backfill-done', events });
    this.#log.info(this.#last ? this.#figures(this.#last) : { events }, 'backfill done');
  }

  /** Logs the totals, and shows them on the terminal. */
  finish(): void {
    if (!this.#last) return;
    this.#log.info(this.#figures(this.#last), 'generator ended');
    this.#terminal?.write(`\n${this.#summary(this.#last)}`);
  }

  #summary(progress: Progress): string {
    const figures = {
      ...progress.events,
      users: progress.users,
      sessions: progress.sessions,
      'events per second': this.#rate(progress),
    };
    return Object.entries(figures)
      .map(([name, value]) => `${name.padEnd(22)}${value.toLocaleString('en').padStart(14)}\n`)
      .join('');
  }

  #rate({ events }: Progress): number {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    return Math.round((totalOf(events) - this.#eventsBefore) / Math.max(seconds, 0.001));
  }

  #figures(progress: Progress) {
    return {
      ...progress,
      simulatedUntil: new Date(progress.simulatedUntil).toISOString(),
      eventsPerSecond: this.#rate(progress),
    };
  }

  #draw(progress: Progress): void {
    if (!this.#terminal) return;
    const until = new Date(progress.simulatedUntil).toISOString().slice(0, 19);
    const total = totalOf(progress.events).toLocaleString('en');
    const where =
      progress.phase === 'live'
        ? 'live'
        : `[${bar(progress.fraction)}] ${Math.floor(progress.fraction * 100)} %`;
    this.#terminal.write(
      `\r\u001b[K${where}  ${until}Z  ${total} events  ${this.#rate(progress).toLocaleString('en')}/s`,
    );
  }
}
