import { auditLake } from '../../../runtime/lake/audit.ts';
import { readAvroFile } from '../../../runtime/lake/avro-reader.ts';
import { readChain } from '../../../runtime/lake/commit-chain.ts';
import { decodeDeadLetters } from '../../../runtime/lake/dead-letters.ts';
import type { FakeLog } from './fake-log.ts';
import { settled } from './scheduler.ts';
import { partitions, topic, type World } from './world.ts';

/** Resolves what a promise does, letting everything that waits happen. */
async function run<T>(world: World, promise: Promise<T>): Promise<T> {
  let done = false;
  const watched = promise.finally(() => {
    done = true;
  });
  watched.catch(() => undefined);
  while (!done) {
    await settled();
    if (world.scheduler.pending > 0) world.scheduler.step();
  }
  return watched;
}

interface Visible {
  readonly kinds: Map<number, { kind: string; id: number | undefined }[]>;
  readonly holes: readonly (readonly [number, number])[];
}

async function visible(world: World, log: string, partition: number): Promise<Visible> {
  const store = world.storeOf('auditor');
  const kinds: Visible['kinds'] = new Map();
  const holes: [number, number][] = [];
  const meet = (offset: number, kind: string, id: number | undefined) =>
    kinds.set(offset, [...(kinds.get(offset) ?? []), { kind, id }]);
  for await (const record of readChain(store, { log, topic, partition })) {
    if (record.hole !== null) holes.push([record.startOffset, record.nextOffset]);
    for (const { path } of record.files) {
      const content = world.objects.get(path)?.content;
      if (!content) continue;
      for (const row of readAvroFile(path, content)) meet(row.kafkaOffset, 'row', Number(row.sessionId));
    }
    const letters = record.deadLetters && world.objects.get(record.deadLetters.path)?.content;
    if (record.deadLetters && letters) {
      for (const { offset } of decodeDeadLetters(record.deadLetters.path, letters)) {
        meet(offset, 'dead letter', undefined);
      }
    }
  }
  return { kinds, holes };
}

function compare(log: FakeLog, { kinds, holes }: Visible, mustHaveFrom: number): string[] {
  const faults: string[] = [];
  for (const [offset, met] of kinds) {
    const produced = log.produced.get(offset);
    const [first] = met;
    if (met.length > 1) faults.push(`offset ${offset} is visible ${met.length} times`);
    if (!produced || first?.kind !== produced.kind || (first.id !== undefined && first.id !== produced.id)) {
      faults.push(`offset ${offset} is visible as something that was not produced`);
    }
  }
  for (const offset of log.produced.keys()) {
    if (offset < mustHaveFrom || kinds.has(offset)) continue;
    const inHole = holes.some(([start, next]) => start <= offset && offset < next);
    if (offset >= log.start) faults.push(`offset ${offset} is not visible although Kafka has it`);
    else if (!inHole) faults.push(`offset ${offset} is neither visible nor in a recorded hole`);
  }
  return faults;
}

/** Compares the lake with what was produced; resolves with one sentence per difference. */
export async function verify(world: World): Promise<string[]> {
  const faults: string[] = [];
  const audit = await run(world, auditLake(world.storeOf('auditor'), { contents: true }));
  faults.push(...audit.faults.map((fault) => `audit: ${fault}`));
  for (const [index, { logs, mustHaveFrom }] of world.generations.entries()) {
    const current = index === world.generations.length - 1;
    for (const partition of partitions) {
      const log = logs[partition] as FakeLog;
      try {
        const found = await run(world, visible(world, world.logNameOf(index + 1), partition));
        // What an abolished topic took with it is lost with it.
        const from = current ? (mustHaveFrom[partition] as number) : Number.POSITIVE_INFINITY;
        faults.push(...compare(log, found, from).map((fault) => `partition ${partition}: ${fault}`));
      } catch (error) {
        faults.push((error as Error).message);
      }
    }
  }
  return faults;
}
