import { stringify } from 'yaml';
import type { FieldType } from '../../runtime/contract/fields.ts';
import { lakeRecordFields, type Topic, type TopicName } from '../../runtime/contract/topics.ts';

/** A column of a model as dbt wants it declared. */
interface Column {
  readonly name: string;
  readonly data_type: string;
  readonly description: string;
  readonly data_tests?: readonly unknown[];
}

const dataTypes: Readonly<Record<FieldType, string>> = {
  string: 'string',
  long: 'bigint',
  int: 'bigint',
  double: "{{ 'float64' if target.type == 'bigquery' else 'double' }}",
  boolean: 'boolean',
  timestamp: 'timestamp',
};

const text = (name: string, description: string): Column => ({ name, data_type: 'string', description });
const levels = [{ accepted_values: { arguments: { values: ['free', 'paid'] } } }];
const songKey = text(
  'song_key',
  'Song, key into dim_songs: its key in the catalogue, or the md5 of artist and title where there is none.',
);

/** What staging makes of a field, where that is not the field itself under its name in snake case. */
type Changes = Readonly<Record<string, (own: Column) => readonly Column[]>>;

/** What `event_columns()` in dbt/macros/staging.sql makes of the fields that all topics share. */
const shared: Changes = {
  ts: (own) => [
    {
      ...text('event_key', 'Key of the event by its identity in its topic: tag, session, position, time.'),
      data_tests: ['unique', 'not_null'],
    },
    own,
    { name: 'day', data_type: 'date', description: 'Day of the event, UTC.' },
    { name: 'hour', data_type: 'timestamp', description: 'Hour of the event, UTC.' },
  ],
  level: (own) => [{ ...own, data_tests: levels }],
  city: (own) => [text('location_key', 'Place of the listener, key into dim_location.'), own],
  userAgent: (own) => [text('device_key', 'Device of the listener, the md5 of its user agent.'), own],
  registration: (own) => [{ ...own, name: 'registered_at' }],
  kafkaTimestamp: (own) => [{ ...own, name: 'produced_at' }],
};

/** What the models of single topics make of the topic's own fields. */
const ofTopic: Partial<Readonly<Record<TopicName, Changes>>> = {
  listen_events: {
    artist: (own) => [songKey, text('artist_key', 'Artist, key into dim_artists: the md5 of the name.'), own],
    duration: () => [
      {
        name: 'duration_ms',
        data_type: 'bigint',
        description:
          'Length of the song, milliseconds, rounded. Whole numbers, so that sums do not depend on their order.',
      },
    ],
  },
  page_view_events: { artist: () => [songKey], song: () => [], duration: () => [], trackId: () => [] },
  status_change_events: {
    newLevel: (own) => [
      {
        ...own,
        description: 'Level after the change; for a real Eventsim, which does not say it, the other one.',
        data_tests: levels,
      },
    ],
  },
};

const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function columnsOf(name: string, topic: Topic): readonly Column[] {
  const changes = { ...shared, ...ofTopic[name as TopicName] };
  return Object.entries(lakeRecordFields(topic)).flatMap(([field, { type, doc }]) => {
    const own = { name: snakeCase(field), data_type: dataTypes[type], description: doc };
    return changes[field]?.(own) ?? [own];
  });
}

/**
 * The declaration of the staging model of each topic: dbt builds one only if its SQL gives exactly these columns. So a
 * field of the contract that a model leaves out, or gives another type, is an error that names it.
 */
export function stagingModels(contract: Readonly<Record<string, Topic>>): string {
  const models = Object.entries(contract).map(([name, topic]) => ({
    name: `stg_${name}`,
    description: `${topic.doc} Renamed, cast and without repeats. Grain: one event of the topic ${name}.`,
    columns: columnsOf(name, topic),
  }));
  const banner = '# Generated from runtime/contract by `npm run generate`; do not edit.\n';
  return banner + stringify({ version: 2, models }, { lineWidth: 0, aliasDuplicateObjects: false });
}
