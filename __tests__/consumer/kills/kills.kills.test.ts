import { expectWhole } from './expect-whole.ts';
import { survive } from './survive.ts';

/** The long run; `BEATFLOW_KILLS` and `BEATFLOW_KILLS_SEED` choose another one. */
const kills = Number(process.env.BEATFLOW_KILLS ?? 50);
const seed = Number(process.env.BEATFLOW_KILLS_SEED ?? 1);
const hourMs = 3_600_000;

test(
  'each record is in the bucket once after kills, broker restarts, a rebalance storm and a long silence of the broker',
  async () => {
    const survival = await survive(
      {
        seed,
        kills,
        processes: 5,
        killedAtOnce: 3,
        brokerEveryRounds: 4,
        stormMs: 30_000,
        awayMs: 120_000,
      },
      (line) => process.stdout.write(`${line}\n`),
    );
    process.stdout.write(`${JSON.stringify(survival)}\n`);
    expect(survival.kills).toBe(kills);
    expectWhole(survival);
  },
  2 * hourMs,
);
