import type { Field } from '../../contract/fields.ts';
import type { SimulatedTopic } from '../simulated-topics.ts';
import type { FragmentWriter } from './arena.ts';
import type { Situation } from './event.ts';

/** One field in one place of a message. */
export interface Member {
  readonly name: string;
  readonly field: Field;
  /** Whether the message begins with it. Such a field is never null. */
  readonly first: boolean;
}

/** How one format notes events down. */
export interface Notation {
  /** The fields of a topic that are written, in their order. */
  order(topic: SimulatedTopic, situation: Situation): readonly string[];
  /** What stands before the first field. */
  open(writer: FragmentWriter, topic: SimulatedTopic): void;
  /** A field with its value. @throws RangeError where the value is none of the field's type. */
  value(writer: FragmentWriter, member: Member, value: unknown): void;
  /** What stands between a field and the one before where a whole number follows. */
  beforeNumber(writer: FragmentWriter, member: Member): void;
  /** How whole numbers are written. */
  readonly number: 'long' | 'decimal';
  /** What stands behind the last field. */
  close(writer: FragmentWriter): void;
}
