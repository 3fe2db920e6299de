import { z } from 'zod';
import { SetupError } from '../program/errors.ts';

/** Bytes of a damaged message that are kept: Kafka's default limit for a message, so that all of it can be redriven. */
const payloadLimit = 1 << 20;

const deadLetterSchema = z.object({
  topic: z.string(),
  partition: z.int().nonnegative(),
  offset: z.int().nonnegative(),
  /** Time of production, ISO 8601. */
  timestamp: z.iso.datetime(),
  /** Why the message is no event; the consumer has the closed list. */
  error: z.string(),
  detail: z.string(),
  /** Base64. */
  key: z.string().nullable(),
  /** Base64 of the value, at most its first MiB. */
  payload: z.string().nullable(),
  /** Length of the whole value, bytes. */
  payloadBytes: z.int().nonnegative(),
});

/** One line of a dead-letter file. */
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** A message as Kafka had it. */
interface Message {
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** A dead letter as the line of its file, newline included. */
export function encodeDeadLetter(
  place: Pick<DeadLetter, 'topic' | 'partition' | 'error' | 'detail'>,
  message: Message,
): string {
  const letter: DeadLetter = {
    topic: place.topic,
    partition: place.partition,
    offset: message.offset,
    timestamp: new Date(message.timestamp).toISOString(),
    error: place.error,
    detail: place.detail,
    key: message.key?.toString('base64') ?? null,
    payload: message.value?.subarray(0, payloadLimit).toString('base64') ?? null,
    payloadBytes: message.value?.length ?? 0,
  };
  return `${JSON.stringify(letter)}\n`;
}

/**
 * The letters of a file.
 * @throws SetupError `lake_corrupt` naming the path and the first line that is none.
 */
export function decodeDeadLetters(path: string, content: Buffer): DeadLetter[] {
  return content
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return deadLetterSchema.parse(JSON.parse(line));
      } catch (cause) {
        throw new SetupError('lake_corrupt', `line ${index + 1} of ${path} is no dead letter`, { cause });
      }
    });
}
