import type { Writable } from 'node:stream';
import { exitCodes } from '../../program/errors.ts';
import type { Slice } from '../engine/engine.ts';
import type { SimulatedTopic } from '../simulated-topics.ts';
import { partsOf, piecesOf } from './json-files.ts';
import type { Sink, SinkPosition } from './sink.ts';

/** Writes the JSON lines of one topic to a stream, such as standard output. */
export class StreamSink implements Sink {
  readonly format = 'json';
  readonly #stream: Writable;
  readonly #topic: SimulatedTopic;

  constructor(stream: Writable, topic: SimulatedTopic) {
    this.#stream = stream;
    this.#topic = topic;
  }

  async write({ encoded }: Slice): Promise<void> {
    for (const piece of piecesOf(partsOf(encoded.json, this.#topic))) {
      await new Promise<void>((resolve, reject) => {
        this.#stream.write(piece, (error) => (error ? reject(error) : resolve()));
      });
    }
  }

  position(): SinkPosition {
    return {};
  }

  async close(): Promise<void> {}
}

/** Ends the process, as a signal would, when whoever reads the stream goes away: `beatflow generate … | head`. */
export function endWithReader(stream: Writable): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done);
    throw error;
  });
}
