import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import avsc from 'avsc';
import fc from 'fast-check';
import { lakeSchema } from '../../runtime/contract/avro.ts';
import { messageCodec, messageHeaderLength } from '../../runtime/contract/message.ts';
import { topics } from '../../runtime/contract/topics.ts';
import { AvroFileBuilder } from '../../runtime/lake/avro-file.ts';
import { snappyUncompress } from '../../runtime/lake/snappy.ts';
import { anyEvent, listenEvent } from '../support/events.ts';

async function decode(content: readonly Buffer[]): Promise<unknown[]> {
  const rows: unknown[] = [];
  const decoder = new avsc.streams.BlockDecoder({
    codecs: {
      ...avsc.streams.BlockDecoder.defaultCodecs(),
      snappy: (data, done) => done(null, snappyUncompress(data.subarray(0, -4))),
    },
  });
  for await (const row of Readable.from([Buffer.concat(content)]).pipe(decoder)) rows.push({ ...row });
  return rows;
}

const codec = messageCodec('listen_events');

test.each(['null', 'deflate', 'snappy'] as const)(
  'rows and coordinates read back from a %s file',
  async (compression) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent('listen_events'), { maxLength: 40 }), async (events) => {
        const builder = new AvroFileBuilder(lakeSchema(topics.listen_events), compression);
        const rows = events.map((event, index) => ({
          ...event,
          kafkaPartition: index % 7,
          kafkaOffset: 2 ** 40 + index,
          kafkaTimestamp: 1_772_409_605_000 + index,
        }));
        for (const row of rows) {
          const message = codec.encode(row);
          builder.append(
            { datum: message, start: messageHeaderLength, end: message.length },
            row.kafkaPartition,
            row.kafkaOffset,
            row.kafkaTimestamp,
          );
        }
        const file = await builder.finish();
        expect(file.records).toBe(events.length);
        expect(await decode(file.content)).toEqual(rows);
        const bytes = Buffer.concat(file.content);
        expect(file.bytes).toBe(bytes.length);
        expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
      { numRuns: 40 },
    );
  },
);

test('a file of many blocks keeps the order of its rows', async () => {
  const builder = new AvroFileBuilder(lakeSchema(topics.listen_events), 'deflate');
  const count = 5000;
  for (let offset = 0; offset < count; offset++) {
    const message = codec.encode(listenEvent({ song: 'x'.repeat(offset % 300) }));
    builder.append({ datum: message, start: messageHeaderLength, end: message.length }, 1, offset, 0);
  }
  const rows = (await decode((await builder.finish()).content)) as { kafkaOffset: number; song: string }[];
  expect(rows.map(({ kafkaOffset }) => kafkaOffset)).toEqual(
    Array.from({ length: count }, (_, offset) => offset),
  );
  expect(rows.every(({ song }, offset) => song.length === offset % 300)).toBe(true);
});
