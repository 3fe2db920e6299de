import { type FieldsOf, topics } from '../../contract/topics.ts';
import type { SimulatedTopic } from '../simulated-topics.ts';
import type { Member, Notation } from './notation.ts';

const user = ['userId', 'lastName', 'firstName', 'gender', 'registration', 'tag'] as const;
const listener = ['itemInSession', 'city', 'zip', 'state', 'userAgent', 'lon', 'lat', ...user] as const;
const track = ['artist', 'song', 'duration'] as const;

/** Eventsim's keys in the order in which it writes them, which is not the contract's. */
const eventsimKeys: { readonly [T in SimulatedTopic]: readonly (keyof FieldsOf<T>)[] } = {
  listen_events: [...track, 'ts', 'sessionId', 'auth', 'level', ...listener],
  page_view_events: ['ts', 'sessionId', 'page', 'auth', 'method', 'status', 'level', ...listener, ...track],
  auth_events: ['ts', 'sessionId', 'level', ...listener, 'success'],
  status_change_events: ['ts', 'sessionId', 'auth', 'level', ...listener],
};

const key = ({ name, first }: Member) => `${first ? '' : ','}${JSON.stringify(name)}:`;

/**
 * JSON lines: Eventsim's keys in Eventsim's order, then what the contract has besides (`trackId`, `newLevel`, `auth` in
 * auth_events). Absent values are left out. Compat mode leaves out what Eventsim does not write: the latter, and `tag`
 * where there is no user.
 */
export function jsonNotation(props: { readonly eventsimCompat: boolean }): Notation {
  return {
    order(topic, { shown }) {
      const keys: readonly string[] = eventsimKeys[topic];
      const others = Object.keys(topics[topic].fields).filter((name) => !keys.includes(name));
      if (!props.eventsimCompat) return [...keys, ...others];
      return shown ? keys : keys.filter((name) => !(user as readonly string[]).includes(name));
    },
    open: (writer) => writer.text('{'),
    value(writer, member, value) {
      if (value !== null) writer.text(key(member) + JSON.stringify(value));
    },
    beforeNumber: (writer, member) => writer.text(key(member)),
    number: 'decimal',
    close: (writer) => writer.text('}\n'),
  };
}
