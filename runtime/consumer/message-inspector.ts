import { type AvroRecordSchema, lakeSchemaOfWriter } from '../contract/avro.ts';
import { type DatumFault, DatumValidator } from '../contract/datum-validator.ts';
import { messageFingerprint, messageHeaderLength } from '../contract/message.ts';
import { writerSchemas } from '../contract/released.ts';
import { type TopicName, topics } from '../contract/topics.ts';

/** Why a message is a dead letter; a closed list. */
export type DeadLetterError =
  | 'empty_value'
  | 'no_schema_header'
  | 'unknown_fingerprint'
  | 'event_time_out_of_range'
  | DatumFault;

/** A schema that messages arrive in, and the lake files that hold them. */
export interface Writer {
  readonly fingerprint: string;
  readonly lakeSchema: AvroRecordSchema;
}

/** A message that can go to the lake as it is, or the reason why it cannot. */
export type Inspection =
  | { readonly valid: true; readonly eventTime: number; readonly writer: Writer }
  | { readonly valid: false; readonly error: DeadLetterError; readonly detail: string };

interface KnownWriter extends Writer {
  readonly validator: DatumValidator;
}

/** Event times before this are taken for damage: 2000-01-01T00:00:00Z. */
const earliestEventTime = Date.UTC(2000, 0, 1);
/** Event times further in the future than this are taken for damage, milliseconds. */
const futureTolerance = 24 * 3_600_000;

const dead = (error: DeadLetterError, detail: string): Inspection => ({ valid: false, error, detail });

/** Decides for each message of a topic whether it belongs into the lake, and under which schema. */
export class MessageInspector {
  readonly #writers: ReadonlyMap<string, KnownWriter>;
  readonly #clock: () => number;
  #lastLow = 0;
  #lastHigh = 0;
  #last: KnownWriter | undefined;

  constructor(topic: TopicName, clock: () => number) {
    this.#clock = clock;
    this.#writers = new Map(
      Array.from(writerSchemas(topic), ([fingerprint, schema]) => [
        fingerprint,
        {
          fingerprint,
          lakeSchema: lakeSchemaOfWriter(topics[topic], schema),
          validator: new DatumValidator(schema),
        },
      ]),
    );
  }

  /** Inspects a message's value. */
  inspect(value: Buffer | null): Inspection {
    if (value === null || value.length === 0) return dead('empty_value', 'the message has no value');
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
    const latest = this.#clock() + futureTolerance;
    if (verdict.eventTime < earliestEventTime || verdict.eventTime > latest) {
      return dead(
        'event_time_out_of_range',
        `got ts ${verdict.eventTime}, expected from ${earliestEventTime} to ${latest}`,
      );
    }
    return { valid: true, eventTime: verdict.eventTime, writer };
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
