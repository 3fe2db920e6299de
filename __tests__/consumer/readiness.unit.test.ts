import { readiness, type Work } from '../../runtime/consumer/readiness.ts';

const commitIntervalMs = 120_000;

function judge(consumer: Partial<Work['consumer']>, missingTopics: readonly string[] = []): string {
  const moving = { joined: true, kafkaSilenceSeconds: 0.4, oldestUnacknowledgedMs: 0 };
  const health = readiness({ consumer: { ...moving, ...consumer }, missingTopics, commitIntervalMs });
  return health.healthy ? 'ready' : health.reason;
}

test('a consumer with nothing to do is ready, and so is one within five intervals of its work', () => {
  expect(judge({})).toBe('ready');
  expect(judge({ oldestUnacknowledgedMs: 5 * commitIntervalMs })).toBe('ready');
});

test.each([
  ['a topic is missing', judge({ joined: false }, ['listen_events']), 'no topic listen_events'],
  ['Kafka is silent', judge({ kafkaSilenceSeconds: 31.4 }), 'Kafka has not answered for 31 s'],
  [
    'it is not in the group',
    judge({ joined: false, kafkaSilenceSeconds: 0 }),
    'not yet a member of the consumer group',
  ],
  [
    'its work stands still',
    judge({ oldestUnacknowledgedMs: 5 * commitIntervalMs + 1000 }),
    'the oldest record read 601 s ago is not in the lake',
  ],
])('it is not ready while %s', (_, said, expected) => {
  expect(said).toBe(expected);
});
