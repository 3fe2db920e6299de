import { type AvroRecordSchema, fingerprint, lakeSchemaOfWriter, messageSchema } from '../contract/avro.ts';
import { dayMs } from '../contract/durations.ts';
import { type DatumFault, DatumValidator } from '../contract/incoming/datum-validator.ts';
import { JsonEventEncoder } from '../contract/incoming/json-event.ts';
import { messageFingerprint, messageHeaderLength } from '../contract/message.ts';
import { writerSchemas } from '../contract/released.ts';
import { type TopicName, topics } from '../contract/topics.ts';

/** Why a message is a dead letter; a closed list. */
export type DeadLetterError =
  | 'empty_value'
  | 'no_schema_header'
  | 'unknown_fingerprint'
  | 'event_time_out_of_range'
  | 'no_json'
  | DatumFault;

/** A schema that messages arrive in, and the lake files that hold them. */
interface Writer {
  readonly fingerprint: string;
  readonly lakeSchema: AvroRecordSchema;
}

/** A message that can go to the lake, or the reason why it cannot. */
type Inspection =
  | {
      readonly valid: true;
      readonly eventTime: number;
      readonly writer: Writer;
      /** The datum is `datum[start..end]`, until the next message is inspected. */
      readonly datum: Buffer;
      readonly start: number;
      readonly end: number;
    }
  | { readonly valid: false; readonly error: DeadLetterError; readonly detail: string };

interface KnownWriter extends Writer {
  readonly validator: DatumValidator;
}

/** Event times before this are taken for damage: 2000-01-01T00:00:00Z. */
const earliestEventTime = Date.UTC(2000, 0, 1);
/** Event times further in the future than this are taken for damage, milliseconds. */
const futureTolerance = dayMs;

const dead = (error: DeadLetterError, detail: string): Inspection => ({ valid: false, error, detail });

/** Decides for each message of a topic whether it belongs into the lake, and under which schema. */
export interface Inspector {
  /** Inspects a message's value. */
  inspect(value: Buffer | null): Inspection;
}

const emptyValue = dead('empty_value', 'the message has no value');

/** The finding on an event time: undefined where it can be true. */
function outOfRange(eventTime: number, now: number): Inspection | undefined {
  const latest = now + futureTolerance;
  if (eventTime >= earliestEventTime && eventTime <= latest) return undefined;
  const detail = `got ts ${eventTime}, expected from ${earliestEventTime} to ${latest}`;
  return dead('event_time_out_of_range', detail);
}

/** Inspects JSON messages, as a real Eventsim produces them; they go to the lake under the topic's current schema. */
export class JsonInspector implements Inspector {
  readonly #encoder: JsonEventEncoder;
  readonly #writer: Writer;
  readonly #clock: () => number;

  constructor(topic: TopicName, clock: () => number) {
    const schema = messageSchema(topics[topic]);
    this.#encoder = new JsonEventEncoder(topics[topic]);
    this.#writer = {
      fingerprint: fingerprint(schema),
      lakeSchema: lakeSchemaOfWriter(topics[topic], schema),
    };
    this.#clock = clock;
  }

  inspect(value: Buffer | null): Inspection {
    if (value === null || value.length === 0) return emptyValue;
    const verdict = this.#encoder.encode(value);
    if (!verdict.valid) return dead(verdict.error, verdict.detail);
    const { datum, end, eventTime } = verdict;
    return (
      outOfRange(eventTime, this.#clock()) ?? {
        valid: true,
        eventTime,
        writer: this.#writer,
        datum,
        start: 0,
        end,
      }
    );
  }
}

/** Inspects Avro single objects. */
export class MessageInspector implements Inspector {
  readonly #writers: ReadonlyMap<string, KnownWriter>;
  readonly #clock: () => number;
  #lastLow = 0;
  #lastHigh = 0;
  #last: KnownWriter | undefined;

  /**
   * @param clock milliseconds since the epoch.
   * @param schemas the schemas that messages may be written with, by fingerprint.
   */
  constructor(topic: TopicName, clock: () => number, schemas = writerSchemas(topic)) {
    this.#clock = clock;
    this.#writers = new Map(
      Array.from(schemas, ([print, schema]) => [
        print,
        {
          fingerprint: print,
          lakeSchema: lakeSchemaOfWriter(topics[topic], schema),
          validator: new DatumValidator(schema),
        },
      ]),
    );
  }

  inspect(value: Buffer | null): Inspection {
    if (value === null || value.length === 0) return emptyValue;
    if (value.length < messageHeaderLength || value[0] !== 0xc3 || value[1] !== 0x01) {
      const start = value.subarray(0, messageHeaderLength).toString('hex');
      return dead('no_schema_header', `expected an Avro single object (c301…), got ${start}`);
    }
    const writer = this.#writerOf(value);
    if (!writer) {
      const known = [...this.#writers.keys()].join(', ');
      return dead('unknown_fingerprint', `got schema ${messageFingerprint(value)}, known are ${known}`);
    }
    const verdict = writer.validator.judge(value, messageHeaderLength);
    if (!verdict.valid) return dead(verdict.fault, `the datum does not fit schema ${writer.fingerprint}`);
    const { eventTime } = verdict;
    return (
      outOfRange(eventTime, this.#clock()) ?? {
        valid: true,
        eventTime,
        writer,
        datum: value,
        start: messageHeaderLength,
        end: value.length,
      }
    );
  }

  /** Looks the writer up by the header; a run of messages of one schema costs two integer comparisons each. */
  #writerOf(value: Buffer): KnownWriter | undefined {
    const low = value.readInt32LE(2);
    const high = value.readInt32LE(6);
    if (this.#last && low === this.#lastLow && high === this.#lastHigh) return this.#last;
    const writer = this.#writers.get(messageFingerprint(value) as string);
    if (writer) {
      this.#last = writer;
      this.#lastLow = low;
      this.#lastHigh = high;
    }
    return writer;
  }
}
