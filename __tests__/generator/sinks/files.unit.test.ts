import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import type { Slice } from '../../../runtime/generator/engine/engine.ts';
import { Part } from '../../../runtime/generator/engine/part.ts';
import { simulatedTopics } from '../../../runtime/generator/simulated-topics.ts';
import { AvroFilesSink } from '../../../runtime/generator/sinks/avro-files.ts';
import { JsonFilesSink } from '../../../runtime/generator/sinks/json-files.ts';
import type { Sink } from '../../../runtime/generator/sinks/sink.ts';
import { allShards, settings, simulate } from '../support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beatflow-sinks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function part(): Part {
  const catalogue = { type: 'synthetic', size: 2000 } as const;
  return new Part({
    settings: settings(),
    tag: null,
    catalogue,
    formats: ['avro', 'json'],
    shards: allShards,
  });
}

/** Opens a sink, writes the first day, and the second once it was opened again at the position after the first. */
async function writeInTwoStarts(
  open: (position?: ReturnType<Sink['position']>) => Promise<Sink>,
): Promise<void> {
  const run = part();
  const first = await open();
  await first.write(run.advance(86_400));
  const position = first.position();
  // What was written after the checkpoint, before a kill.
  await first.write(run.advance(100_000));
  await first.close();
  const again = part();
  again.replay(86_400);
  const second = await open(position);
  for (let slice: Slice = again.advance(120_000); ; slice = again.advance(172_800)) {
    await second.write(slice);
    if (slice.until === 172_800) break;
  }
  await second.close();
}

function avroRows(path: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const rows: unknown[] = [];
    avsc
      .createFileDecoder(path)
      .on('data', (row: unknown) => rows.push(row))
      .on('end', () => resolve(rows))
      .on('error', reject);
  });
}

const { events } = simulate();

test('JSON lines: a file per topic; a second start goes on where the checkpoint is, without a repeat', async () => {
  await writeInTwoStarts((position) => JsonFilesSink.open(join(folder, 'events'), position));
  for (const topic of simulatedTopics) {
    const lines = readFileSync(join(folder, 'events', topic), 'utf8')
      .split('\n')
      .slice(0, -1);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events.get(topic));
  }
});

test('Avro: container files that others read, also after a second start', async () => {
  await writeInTwoStarts((position) => AvroFilesSink.open(join(folder, 'events'), position));
  for (const topic of simulatedTopics) {
    const rows = await avroRows(join(folder, 'events', `${topic}.avro`));
    const withoutNulls = rows.map((row) =>
      Object.fromEntries(Object.entries(row as object).filter(([, value]) => value !== null)),
    );
    expect(withoutNulls).toEqual(events.get(topic));
  }
});

test('a file that lost what the checkpoint has is refused', async () => {
  const sink = await JsonFilesSink.open(folder);
  await sink.write(part().advance(86_400));
  const position = sink.position();
  await sink.close();
  const path = join(folder, 'page_view_events');
  truncateSync(path, statSync(path).size - 1);
  await expect(JsonFilesSink.open(folder, position)).rejects.toThrow(
    /page_view_events has \d+ bytes, but the checkpoint says that \d+ were written/,
  );
});

test('without a position files begin anew', async () => {
  const sink = await JsonFilesSink.open(folder);
  await sink.write(part().advance(86_400));
  await sink.close();
  const again = await JsonFilesSink.open(folder);
  await again.close();
  expect(simulatedTopics.map((topic) => statSync(join(folder, topic)).size)).toEqual([0, 0, 0, 0]);
});
