import { type Fields, type Joined, joined, nullable, type RecordOf, required } from './fields.ts';

const sessionFields = {
  ts: required('timestamp', 'Event time, UTC.'),
  sessionId: required('long', 'Session, unique over the whole run.'),
  itemInSession: required('int', "Position of the event in its session; 0 for the session's first event."),
  level: required('string', 'Subscription level before the event: free or paid.'),
  auth: nullable(
    'string',
    "Authentication state: Logged In, Logged Out, Guest or Cancelled; null in Eventsim's auth_events.",
  ),
};

const placeAndDeviceFields = {
  city: required('string', 'City of the listener.'),
  zip: required('string', 'US zip code, leading zeros kept.'),
  state: required('string', 'Two-letter US state code.'),
  lon: required('double', 'Longitude of the zip code, degrees.'),
  lat: required('double', 'Latitude of the zip code, degrees.'),
  userAgent: required('string', "User agent of the listener's device."),
};

const userFields = {
  userId: nullable('long', 'Listener; null for guests and logged-out visitors.'),
  firstName: nullable('string', 'First name of the listener.'),
  lastName: nullable('string', 'Last name of the listener.'),
  gender: nullable('string', 'F or M.'),
  registration: nullable('timestamp', 'When the listener signed up, UTC.'),
  tag: nullable('string', 'Free label of a generator run.'),
};

const playedTrackFields = {
  artist: required('string', 'Artist of the song.'),
  song: required('string', 'Title of the song.'),
  duration: required('double', 'Length of the song, seconds.'),
  trackId: nullable('string', 'Key of the song in the catalogue; null when the producer is a real Eventsim.'),
};

const viewedTrackFields = {
  artist: nullable('string', 'Artist of the song; only on page NextSong.'),
  song: nullable('string', 'Title of the song; only on page NextSong.'),
  duration: nullable('double', 'Length of the song, seconds; only on page NextSong.'),
  trackId: nullable('string', 'Key of the song in the catalogue; only on page NextSong.'),
};

/** One Kafka topic and the record that travels on it. */
export interface Topic<F extends Fields = Fields> {
  /** Name of the Avro record; the namespace is {@link avroNamespace}. */
  readonly record: string;
  /** What its events are called on the page: "Songs started". */
  readonly title: string;
  /** When an event of this topic happens, one sentence. */
  readonly doc: string;
  /** Partitions of the topic unless an environment says otherwise. */
  readonly partitions: number;
  readonly fields: F;
}

/** The fields are given in groups, so that a group cannot hide a field of another, as it could in one spread object. */
function defineTopic<const G extends readonly Fields[]>(
  topic: Omit<Topic, 'fields'> & { readonly fields: G },
): Topic<Joined<G>> {
  return { ...topic, fields: joined(topic.fields) };
}

/** Namespace of all event records; its version rises only when a reader of the last one could not read the next. */
export const avroNamespace = 'beatflow.events.v1';

/** The event contract: everything that has a schema anywhere in the platform is derived from here. */
export const topics = {
  listen_events: defineTopic({
    record: 'ListenEvent',
    title: 'Songs started',
    doc: 'A song starts.',
    partitions: 3,
    fields: [sessionFields, placeAndDeviceFields, userFields, playedTrackFields],
  }),
  page_view_events: defineTopic({
    record: 'PageViewEvent',
    title: 'Pages viewed',
    doc: 'A page is requested, song starts included.',
    partitions: 3,
    fields: [
      sessionFields,
      placeAndDeviceFields,
      userFields,
      {
        page: required('string', 'Page that was requested, for example Home or NextSong.'),
        method: required('string', 'HTTP method: GET or PUT.'),
        status: required('int', 'HTTP status: 200, 307 or 404.'),
      },
      viewedTrackFields,
    ],
  }),
  auth_events: defineTopic({
    record: 'AuthEvent',
    title: 'Logins',
    doc: 'The page after a login attempt.',
    partitions: 1,
    fields: [
      sessionFields,
      placeAndDeviceFields,
      userFields,
      { success: required('boolean', 'Whether the login succeeded.') },
    ],
  }),
  status_change_events: defineTopic({
    record: 'StatusChangeEvent',
    title: 'Plan changes',
    doc: 'A listener upgrades or downgrades.',
    partitions: 1,
    fields: [
      sessionFields,
      placeAndDeviceFields,
      userFields,
      { newLevel: nullable('string', 'Level after the change; null when the producer is a real Eventsim.') },
    ],
  }),
} as const;

export type TopicName = keyof typeof topics;

/** The names of all topics, in contract order. */
export const topicNames = Object.freeze(Object.keys(topics)) as readonly TopicName[];

/** The fields of a topic, for example `FieldsOf<'listen_events'>`. */
export type FieldsOf<T extends TopicName> = (typeof topics)[T]['fields'];

/** The event type of a topic, for example `EventOf<'listen_events'>`. */
export type EventOf<T extends TopicName> = RecordOf<FieldsOf<T>>;

/**
 * What the lake adds at the end of every record: the coordinates by which each row can be traced and counted.
 * Their encoded bytes are appended to the copied datum, so they must stay last.
 */
export const lakeFields = {
  kafkaPartition: required('int', 'Kafka partition the record was read from.'),
  kafkaOffset: required('long', 'Kafka offset of the record in its partition.'),
  kafkaTimestamp: required('timestamp', 'Kafka record timestamp: time of production, UTC.'),
};

/** All columns of a topic in the lake and in the raw tables. */
export function lakeRecordFields(topic: Topic): Fields {
  return { ...topic.fields, ...lakeFields };
}

/** Whether `name` is a topic of the contract. */
export function isTopicName(name: string): name is TopicName {
  return Object.hasOwn(topics, name);
}
