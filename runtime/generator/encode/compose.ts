import type { Field } from '../../contract/fields.ts';
import { topics } from '../../contract/topics.ts';
import { type SimulatedTopic, simulatedTopics } from '../simulated-topics.ts';
import { type Arena, type FragmentTable, FragmentWriter } from './arena.ts';
import { type Items, itemsOf, type NumberName, type Situation, slots } from './event.ts';
import { Run, type Step, stepKinds } from './message.ts';
import type { Member, Notation } from './notation.ts';
import type { Present, Source } from './source.ts';
import { sources } from './sources.ts';
import type { World } from './world.ts';

/** A part of a fragment: of equal keys, equal bytes. */
interface Part {
  readonly key: string;
  readonly write: (writer: FragmentWriter, item: never) => void;
}

/** What is known before the first event: of each item of a list, or of all events where there is no list. */
interface Prepared {
  readonly list: keyof Items | undefined;
  readonly parts: readonly Part[];
}

type Piece = Prepared | { readonly number: NumberName } | { readonly run: Run };

/** A field as it stands in the messages of one topic. */
interface Place {
  readonly name: string;
  readonly field: Field;
  /** Undefined where the field is null in every event. */
  readonly source: Present | undefined;
  readonly pieces: readonly Piece[];
}

/** The steps of each topic's messages in one situation, and what the topics share. */
export interface Messages {
  readonly steps: Readonly<Record<SimulatedTopic, readonly Step[]>>;
  /** To be forgotten when another event begins. */
  readonly shared: readonly Run[];
}

/**
 * Turns the contract's fields and their sources into the steps that write a message. Fragments that stand side by side
 * become one, and fields that stand side by side in all topics are written once an event: every copy saved counts.
 */
export class Composer {
  readonly #world: World;
  readonly #items: ReturnType<typeof itemsOf>;
  readonly #notation: Notation;
  readonly #arena: Arena;
  readonly #writer = new FragmentWriter();
  readonly #tables = new Map<string, FragmentTable>();
  readonly #times = new Map<string, Step>();
  readonly #identities = new Map<object, number>();

  constructor(props: { readonly world: World; readonly notation: Notation; readonly arena: Arena }) {
    this.#world = props.world;
    this.#items = itemsOf(props.world);
    this.#notation = props.notation;
    this.#arena = props.arena;
  }

  /** What {@link compose} made of times: to be forgotten and written when another second begins. */
  get times(): readonly Step[] {
    return [...this.#times.values()];
  }

  /** Must come before the arena's first region. */
  compose(situation: Situation): Messages {
    const placesOf = new Map(simulatedTopics.map((topic) => [topic, this.#places(topic, situation)]));
    const shared = commonPlaces([...placesOf.values()]).flatMap((places) => {
      const pieces = fromFirstNumber(places).shared;
      const names = new Set(places.map(({ name }) => name));
      return pieces.length > 0 ? [{ names, run: new Run(this.#steps(pieces)) }] : [];
    });
    const steps = Object.fromEntries(
      simulatedTopics.map((topic) => {
        const pieces: Piece[] = [this.#constant((writer) => this.#notation.open(writer, topic))];
        let places = placesOf.get(topic) as readonly Place[];
        while (places.length > 0) {
          const found = shared.find(({ names }) => names.has((places[0] as Place).name));
          const count = found?.names.size ?? 1;
          const { before, shared: rest } = fromFirstNumber(places.slice(0, count));
          pieces.push(...before, ...(found ? [{ run: found.run }] : rest));
          places = places.slice(count);
        }
        pieces.push(this.#constant((writer) => this.#notation.close(writer)));
        return [topic, this.#steps(pieces)];
      }),
    ) as unknown as Messages['steps'];
    return { steps, shared: shared.map(({ run }) => run) };
  }

  #places(topic: SimulatedTopic, situation: Situation): readonly Place[] {
    const fields: Readonly<Record<string, Field>> = topics[topic].fields;
    const sourcesOfTopic: Readonly<Record<string, Source>> = sources[topic];
    return this.#notation.order(topic, situation).map((name, index) => {
      const field = fields[name] as Field;
      const source = resolve(sourcesOfTopic[name] as Source, situation);
      return { name, field, source, pieces: this.#pieces({ name, field, first: index === 0 }, source) };
    });
  }

  #pieces(member: Member, source: Present | undefined): readonly Piece[] {
    switch (source?.from) {
      case 'number':
        return [
          this.#constant((writer) => this.#notation.beforeNumber(writer, member)),
          { number: source.name },
        ];
      case 'item': {
        const key = [this.#identity(source), this.#identity(member.field), member.name, member.first].join();
        const write = (writer: FragmentWriter, item: never) =>
          this.#value(writer, member, source.value(item));
        return [{ list: source.list, parts: [{ key, write }] }];
      }
      default: {
        const value = source ? source.value(this.#world) : null;
        return [this.#constant((writer) => this.#value(writer, member, value))];
      }
    }
  }

  #value(writer: FragmentWriter, member: Member, value: unknown): void {
    try {
      this.#notation.value(writer, member, value);
    } catch (cause) {
      throw new Error(
        `the generator's source of ${member.name} gives no ${member.field.type}, which the contract has: correct it in sources.ts`,
        { cause },
      );
    }
  }

  #constant(write: (writer: FragmentWriter) => void): Prepared {
    this.#writer.clear();
    write(this.#writer);
    const bytes = Buffer.from(this.#writer.result());
    if (bytes.length === 0) return { list: undefined, parts: [] };
    return {
      list: undefined,
      parts: [{ key: bytes.toString('hex'), write: (writer) => writer.bytes(bytes) }],
    };
  }

  #identity(object: object): number {
    const known = this.#identities.get(object) ?? this.#identities.size;
    this.#identities.set(object, known);
    return known;
  }

  #steps(pieces: readonly Piece[]): readonly Step[] {
    const steps: Step[] = [];
    const merged = merge(pieces);
    for (let at = 0; at < merged.length; at++) {
      const piece = merged[at] as Piece;
      if ('run' in piece) steps.push(runStep(piece.run));
      else if ('parts' in piece) steps.push(this.#put(piece));
      else if (piece.number !== 'ts') steps.push(this.#number(piece.number));
      else {
        const next = merged[at + 1];
        const behind = next && 'parts' in next && next.list === undefined ? next : undefined;
        if (behind) at++;
        steps.push(this.#time(behind));
      }
    }
    return steps;
  }

  /** A time with the constant behind it, which is written once a second. */
  #time(behind: Prepared | undefined): Step {
    const key = keyOf(behind?.parts ?? []);
    const time =
      this.#times.get(key) ?? runStep(new Run([this.#number('ts'), ...(behind ? [this.#put(behind)] : [])]));
    this.#times.set(key, time);
    return time;
  }

  #number(name: NumberName): Step {
    return { kind: stepKinds[this.#notation.number], slot: slots[name], table: noTable, run: undefined };
  }

  #put({ list, parts }: Prepared): Step {
    const key = `${list}:${keyOf(parts)}`;
    const items: readonly unknown[] = list ? this.#items[list] : [undefined];
    const table =
      this.#tables.get(key) ??
      this.#arena.fragments(items, (writer, item) => {
        for (const { write } of parts) write(writer, item as never);
      });
    this.#tables.set(key, table);
    return { kind: stepKinds.put, slot: slots[list ?? 'only'], table, run: undefined };
  }
}

const noTable: FragmentTable = new Uint32Array(0);

const keyOf = (parts: readonly Part[]) => parts.map(({ key }) => key).join('|');

const runStep = (run: Run): Step => ({ kind: stepKinds.run, slot: slots.only, table: noTable, run });

function resolve(source: Source, situation: Situation): Present | undefined {
  if (source.from !== 'when') return source;
  return situation[source.has] ? source.source : undefined;
}

/** Makes one of prepared pieces side by side, where at most one list is among them. */
function merge(pieces: readonly Piece[]): readonly Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (!('parts' in piece)) merged.push(piece);
    else if (piece.parts.length === 0) continue;
    else if (last && 'parts' in last && (!last.list || !piece.list || last.list === piece.list)) {
      merged[merged.length - 1] = { list: last.list ?? piece.list, parts: [...last.parts, ...piece.parts] };
    } else merged.push(piece);
  }
  return merged;
}

/** The fields that stand side by side in all topics and come from the same sources, two or more at a time. */
function commonPlaces(topicPlaces: readonly (readonly Place[])[]): readonly (readonly Place[])[] {
  const [first = [], ...others] = topicPlaces;
  const indexIn = (places: readonly Place[], { name, field, source }: Place) =>
    places.findIndex(
      (other) =>
        other.name === name &&
        other.source === source &&
        other.field.type === field.type &&
        other.field.nullable === field.nullable,
    );
  const follows = (place: Place, before: Place) =>
    others.every((places) => indexIn(places, place) === indexIn(places, before) + 1);
  const common: Place[][] = [];
  let before: Place | undefined;
  for (const place of first) {
    const inAll = others.every((places) => indexIn(places, place) >= 0);
    if (inAll && before && follows(place, before)) common.at(-1)?.push(place);
    else if (inAll) common.push([place]);
    before = inAll ? place : undefined;
  }
  return common.filter(({ length }) => length > 1);
}

/**
 * Parts pieces at the first number. What is prepared before it is better off with the fragments that stand before, and
 * may differ between topics in what parts it from them.
 */
function fromFirstNumber(places: readonly Place[]): {
  readonly before: readonly Piece[];
  readonly shared: readonly Piece[];
} {
  const pieces = places.flatMap((place) => place.pieces);
  const at = pieces.findIndex((piece) => 'number' in piece);
  if (at < 0) return { before: pieces, shared: [] };
  return { before: pieces.slice(0, at), shared: pieces.slice(at) };
}
