import { takeLease } from '../../runtime/lake/lease.ts';
import { SetupError } from '../../runtime/program/errors.ts';
import { RecordingStore } from '../support/recording-store.ts';

let now: number;
let store: RecordingStore;
beforeEach(() => {
  now = 1000;
  store = new RecordingStore();
});
const take = (holder: string) =>
  takeLease({ task: 'loading', store, holder, durationMs: 100, clock: () => now });

test('a second loader is refused and told who loads; after the release it may', async () => {
  const first = await take('one');
  await expect(take('two')).rejects.toThrow(/one is loading/);
  await expect(take('two')).rejects.toBeInstanceOf(SetupError);
  await first.release();
  await (await take('two')).release();
  await take('three');
});

test('of many who ask at once one gets it', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => take(`loader ${index}`)));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('of many with one name, as containers have one hostname and pid, one gets it', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => take('container-1')));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a grant whose answer was lost and repeated is our own', async () => {
  store.createIfAbsent = async (path, content) => {
    await RecordingStore.prototype.createIfAbsent.call(store, path, content);
    return RecordingStore.prototype.createIfAbsent.call(store, path, content);
  };
  await expect(take('one')).resolves.toBeDefined();
});

test('one who paused while others came and went is refused, also when its number was deleted', async () => {
  store.beforeCreate = async () => {
    store.beforeCreate = () => undefined;
    await (await take('two')).release();
    await take('three');
  };
  await expect(take('one')).rejects.toThrow(/another process began loading meanwhile/);
});

test('a loader that was killed blocks others until its right ends, and learns that it has ended', async () => {
  const killed = await take('one');
  now += 99;
  await expect(take('two')).rejects.toThrow(/one is loading/);
  now += 1;
  await take('two');
  expect(() => killed.check()).toThrow(/another process may have begun/);
});

test('old terms are deleted, the numbers go on', async () => {
  for (let term = 0; term < 5; term++) await (await take('one')).release();
  expect(store.objects.size).toBeLessThanOrEqual(4);
  expect([...store.objects.keys()].at(-1)).toContain('5.released');
});
