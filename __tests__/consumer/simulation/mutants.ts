/** A change of one place of the code that breaks the commit protocol, to see that the simulation notices. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Text that stands exactly once in the file, and what stands there in the mutant. */
  readonly from: string;
  readonly to: string;
}

const writer = 'runtime/consumer/partition-writer.ts';
const consumer = 'runtime/consumer/consumer.ts';
const opening = 'runtime/consumer/open-partition.ts';

/** The classical mistakes, and those that the simulation found in earlier versions of this code. */
export const mutants: readonly Mutant[] = [
  {
    name: 'the offset is committed first',
    file: writer,
    from: 'const path = commitPath(',
    to: "this.#props.settled({ kind: 'committed', record });\n      const path = commitPath(",
  },
  {
    name: 'a record that exists is taken for ours without reading it back',
    file: writer,
    from: "[encodeCommitRecord(record)])) === 'created'",
    to: '[encodeCommitRecord(record)])) !== undefined',
  },
  {
    name: 'a commit record is named by its end',
    file: writer,
    from: 'commitPath(key.log, key.topic, key.partition, segment.startOffset)',
    to: 'commitPath(key.log, key.topic, key.partition, segment.nextOffset)',
  },
  {
    name: 'the buffer is kept when the partition is gone',
    file: writer,
    from: 'drop(): void {',
    to: 'drop(): void {\n    this.#committing = [];\n    return;',
  },
  {
    name: 'the record is created before the files are there',
    file: writer,
    from: 'await uploads(() => store.createIfAbsent(path, file.content));',
    to: 'void uploads(() => store.createIfAbsent(path, file.content)).catch(() => undefined);',
  },
  {
    name: 'the next record does not wait for the one before',
    file: writer,
    from: 'this.#tail = this.#tail.then(() => this.#commit(segment));',
    to: 'this.#tail = Promise.all([this.#tail, this.#commit(segment)]).then(() => undefined);',
  },
  {
    name: 'an empty chain begins where the log does',
    file: opening,
    from: 'const partitionLog = await props.partitionLog();',
    to: 'const partitionLog = await props.partitionLog();\n    if (tail === undefined) return { position: partitionLog.start, end: partitionLog.end };',
  },
  {
    name: 'a batch fetched before the seek may skip records',
    file: consumer,
    from: 'if (soughtBefore === writer.position) return true;',
    to: 'if (assigned.soughtTo === writer.position) return true;',
  },
  {
    name: 'a hole is not recorded',
    file: opening,
    from: 'if (partitionLog.start <= position) return { position, end };',
    to: 'return { position: Math.max(partitionLog.start, position), end };',
  },
  {
    name: 'what was fetched ahead is kept when the partition is sought',
    file: 'runtime/kafka/read-ahead.ts',
    from: 'for (const { bytes } of lane.waiting.splice(0)) this.#release(bytes);',
    to: '',
  },
];
