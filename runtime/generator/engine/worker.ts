import { parentPort } from 'node:worker_threads';
import type { EncodedTopic } from '../encode/output.ts';
import type { FormatName, Slice } from './engine.ts';
import { Part } from './part.ts';
import type { WorkerAnswer, WorkerRequest } from './protocol.ts';

let part: Part | undefined;
let spare: ArrayBuffer[] = [];

/** Memory of at least `size` bytes: some that came back, or new. */
function memory(size: number): ArrayBuffer {
  const index = spare.findIndex(({ byteLength }) => byteLength >= size);
  if (index >= 0) return spare.splice(index, 1)[0] as ArrayBuffer;
  spare = [];
  // Room to spare, so that the next slice, which is about as large, fits as well. Not zeroed: it is written over.
  return Buffer.allocUnsafeSlow(Math.ceil(size * 1.25) + 1024).buffer as ArrayBuffer;
}

/** Copies a topic out of the encoder's arena into one piece of memory that can be handed over. */
function detach(topic: EncodedTopic): EncodedTopic {
  const { count, bytes } = topic;
  const keysAt = Math.ceil(bytes.length / 8) * 8;
  const endsAt = keysAt + count * 8;
  const secondsAt = endsAt + count * 4;
  const buffer = memory(secondsAt + count * 4);
  const copy = new Uint8Array(buffer, 0, bytes.length);
  copy.set(bytes);
  const keys = new Float64Array(buffer, keysAt, count);
  keys.set(topic.keys);
  const ends = new Uint32Array(buffer, endsAt, count);
  ends.set(topic.ends);
  const seconds = new Int32Array(buffer, secondsAt, count);
  seconds.set(topic.seconds);
  return { topic: topic.topic, count, bytes: copy, ends, keys, seconds };
}

function detachSlice(slice: Slice): { slice: Slice; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const encoded = Object.fromEntries(
    (Object.keys(slice.encoded) as FormatName[]).map((format) => [
      format,
      (slice.encoded[format] ?? []).map((topics) =>
        topics.map((topic) => {
          const detached = detach(topic);
          transfer.push(detached.bytes.buffer as ArrayBuffer);
          return detached;
        }),
      ),
    ]),
  );
  return { slice: { ...slice, encoded }, transfer };
}

function answer(reply: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(reply, transfer);
}

function started(): Part {
  if (!part) throw new Error('the worker was not started');
  return part;
}

parentPort?.on('message', (request: WorkerRequest) => {
  switch (request.type) {
    case 'start':
      part = new Part(request.props);
      return answer({ type: 'done' });
    case 'advance': {
      spare.push(...request.returned);
      const { slice, transfer } = detachSlice(started().advance(request.until));
      return answer({ type: 'slice', slice }, transfer);
    }
    case 'replay':
      started().replay(request.until);
      return answer({ type: 'done' });
    case 'save': {
      const state = started().save(request.shard);
      return answer({ type: 'state', state }, [state.words.buffer as ArrayBuffer]);
    }
  }
});
