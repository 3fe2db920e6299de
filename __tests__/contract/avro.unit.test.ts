import { crc64Avro, fingerprint, messageSchema, parsingCanonicalForm } from '../../runtime/contract/avro.ts';
import { messageCodec, messageFingerprint } from '../../runtime/contract/message.ts';
import { topicNames, topics } from '../../runtime/contract/topics.ts';

test('CRC-64-AVRO gives the fingerprints of the Avro project’s own test cases', () => {
  expect(crc64Avro('"null"')).toBe('63dd24e7cc258f8a');
  expect(crc64Avro('"boolean"')).toBe('9f42fc78a4d4f764');
  expect(crc64Avro('"string"')).toBe('8f014872634503c7');
});

test('the canonical form keeps names, types and order and drops docs, defaults and logical types', () => {
  const canonical = JSON.parse(parsingCanonicalForm(messageSchema(topics.auth_events)));
  expect(Object.keys(canonical)).toEqual(['name', 'type', 'fields']);
  expect(canonical.name).toBe('beatflow.events.v1.AuthEvent');
  expect(canonical.fields[0]).toEqual({ name: 'ts', type: 'long' });
  expect(canonical.fields).toContainEqual({ name: 'registration', type: ['null', 'long'] });
});

test('every topic has a fingerprint of its own', () => {
  const prints = topicNames.map((name) => fingerprint(messageSchema(topics[name])));
  expect(new Set(prints).size).toBe(topicNames.length);
});

test('a message names its schema in its header and reads back as it was written', () => {
  const codec = messageCodec('auth_events');
  const event = {
    ts: 1_772_409_605_000,
    sessionId: 7,
    itemInSession: 2,
    level: 'free',
    auth: 'Logged In',
    city: 'Zürich',
    zip: '01234',
    state: 'MA',
    lon: -71.5,
    lat: 42.25,
    userAgent: 'agent',
    userId: null,
    firstName: null,
    lastName: null,
    gender: null,
    registration: null,
    tag: null,
    success: true,
  };
  const message = codec.encode(event);
  expect(messageFingerprint(message)).toBe(fingerprint(messageSchema(topics.auth_events)));
  expect(codec.decode(message)).toEqual(event);
});
