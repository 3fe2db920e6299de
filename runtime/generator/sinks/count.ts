import type { Sink, SinkPosition } from './sink.ts';

/** Takes no events: the run is only counted. */
export class CountSink implements Sink {
  readonly format = undefined;

  async write(): Promise<void> {}

  position(): SinkPosition {
    return {};
  }

  async close(): Promise<void> {}
}
