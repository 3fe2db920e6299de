import { expectWhole } from './expect-whole.ts';
import { survive } from './survive.ts';

test('each record is in the bucket once although consumers are killed and requests to the store go wrong', async () => {
  const survival = await survive(
    { seed: 5, kills: 5, processes: 3, killedAtOnce: 3, brokerEveryRounds: 0, stormMs: 0, awayMs: 0 },
    () => undefined,
  );
  expect(survival.kills).toBe(5);
  expectWhole(survival);
});
