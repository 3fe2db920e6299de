import { hourMs } from '../../../runtime/contract/durations.ts';
import { Member } from './member.ts';
import { Random } from './random.ts';
import { noFaults, settled } from './scheduler.ts';
import { verify } from './verify.ts';
import { partitions, World } from './world.ts';

/** What came of one seed. */
export interface Outcome {
  readonly seed: number;
  /** One sentence each; none when each record is visible exactly once. */
  readonly violations: readonly string[];
  /** What happened how often, to see that a run met with the troubles it is about. */
  readonly counts: ReadonlyMap<string, number>;
}

const settlingSteps = 20_000;

/** Chances of one seed's life; each seed has troubles of its own kind, so that rare ones also come in numbers. */
function temperament(random: Random) {
  const rate = (high: number) => random.pick([0, 0, high / 5, high]);
  return {
    faults: { error: rate(0.05), lostResponse: rate(0.05), repeated: rate(0.2), late: rate(0.3) },
    limits: {
      commitIntervalMs: random.pick([30_000, 120_000]),
      bufferBytes: random.pick([3_000, 12_000, 1_000_000]),
      maxOpenHours: random.pick([1, 2, 48]),
    },
    chaos: random.pick([0.05, 0.15, 0.3]),
    steps: 60 + random.below(160),
    members: 1 + random.below(3),
    weights: {
      crash: rate(4),
      evict: rate(4),
      rebalance: rate(4),
      drain: rate(2),
      resetOffset: rate(3),
      retention: rate(2),
      pause: rate(2),
      sweep: rate(2),
      recreate: rate(0.3),
      emptyLake: rate(0.3),
    },
  };
}

type Trouble = keyof ReturnType<typeof temperament>['weights'];

class Simulation {
  readonly #world: World;
  readonly #random: Random;
  readonly #life: ReturnType<typeof temperament>;
  /** Steps until a person notices that the topic is another one. */
  #unnoticed = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#world = new World(this.#random);
    this.#life = temperament(this.#random);
  }

  async run(seed: number): Promise<Outcome> {
    const world = this.#world;
    world.scheduler.faults = this.#life.faults;
    for (let step = 0; step < this.#life.steps; step++) {
      await settled();
      this.#step();
    }
    if (await this.#settle()) world.violations.push(...(await verify(world)));
    return { seed, violations: world.violations, counts: world.counts };
  }

  #step(): void {
    const world = this.#world;
    if (this.#unnoticed > 0 && --this.#unnoticed === 0) {
      world.stopAll();
      world.configured++;
    }
    if (
      world.members.filter(({ inGroup }) => inGroup).length < this.#life.members &&
      this.#random.chance(0.3)
    ) {
      this.#start();
    }
    if (this.#unnoticed === 0 && this.#random.chance(0.2)) world.produce();
    if (this.#random.chance(this.#life.chaos)) this.#trouble();
    else this.#goOn();
  }

  #start(): void {
    this.#world.join(new Member(this.#world, this.#life.limits));
    this.#world.rebalance();
  }

  #tick(milliseconds: number): void {
    this.#world.now += milliseconds;
    for (const member of this.#world.members) member.consumer.tick();
  }

  #goOn(): void {
    const world = this.#world;
    const fetches = world.members.flatMap((member) =>
      member.fetchable.map((partition) => ({ member, partition })),
    );
    const dice = this.#random.next();
    if (dice < 0.1) this.#tick(this.#random.below(60_000));
    else if (fetches.length > 0 && (dice < 0.4 || world.scheduler.pending === 0)) {
      const { member, partition } = this.#random.pick(fetches);
      member.fetch(partition);
    } else if (world.scheduler.pending > 0) world.scheduler.step();
  }

  #trouble(): void {
    const weights = Object.entries(this.#life.weights) as [Trouble, number][];
    let dice = this.#random.next() * weights.reduce((sum, [, weight]) => sum + weight, 0);
    const chosen = weights.find(([, weight]) => {
      dice -= weight;
      return dice < 0;
    });
    if (!chosen) return;
    this.#world.count(chosen[0]);
    this.#happen(chosen[0]);
  }

  #happen(trouble: Trouble): void {
    const world = this.#world;
    const random = this.#random;
    const partition = random.pick(partitions);
    const log = world.log(partition);
    const member = world.members.length > 0 ? random.pick(world.members) : undefined;
    switch (trouble) {
      case 'crash':
        member?.crash(true);
        break;
      case 'evict':
        if (member) member.inGroup = !member.inGroup;
        if (world.members.some(({ inGroup }) => inGroup)) world.rebalance();
        break;
      case 'rebalance':
        if (world.members.some(({ inGroup }) => inGroup)) world.rebalance();
        break;
      case 'drain':
        member?.consumer.drain().then(
          () => member.crash(true),
          () => undefined,
        );
        break;
      case 'resetOffset': {
        const metadata = random.pick(['', 'x', String(random.below(log.end + 1))]);
        world.committed.set(partition, { partition, offset: random.below(log.end + 4), metadata });
        break;
      }
      case 'retention':
        log.deleteBelow(log.start + random.below(log.end - log.start + 1));
        break;
      case 'pause':
        this.#tick(random.pick([1, 2, 23, 26, 60]) * hourMs);
        break;
      case 'sweep':
        world.sweep();
        break;
      case 'recreate':
        if (this.#unnoticed > 0) break;
        world.createTopic();
        if (random.chance(0.5)) world.committed.clear();
        this.#unnoticed = 1 + random.below(60);
        break;
      case 'emptyLake':
        world.emptyLake();
    }
  }

  /** All is well from here on: whether the consumers bring everything to the lake. */
  async #settle(): Promise<boolean> {
    const world = this.#world;
    if (this.#unnoticed > 0) {
      world.stopAll();
      world.configured++;
    }
    world.scheduler.faults = noFaults;
    for (const member of world.members) {
      if (this.#random.chance(0.5)) member.crash(true);
      else member.inGroup = false;
    }
    const old = world.members;
    this.#start();
    this.#start();
    for (let step = 0; step < settlingSteps; step++) {
      await settled();
      const members = world.members.filter((member) => !old.includes(member));
      if (members.length < 2) {
        world.violations.push('a consumer failed although nothing was wrong any more');
        return false;
      }
      const [fetch] = members.flatMap((member) =>
        member.fetchable.map((partition) => ({ member, partition })),
      );
      if (world.scheduler.pending > 0 && (!fetch || this.#random.chance(0.7))) world.scheduler.step();
      else if (fetch) fetch.member.fetch(fetch.partition);
      else if (members.every(({ consumer }) => consumer.heldBytes === 0)) return true;
      else this.#tick(this.#life.limits.commitIntervalMs);
    }
    world.violations.push(`not everything was in the lake after ${settlingSteps} steps without trouble`);
    return false;
  }
}

/** Lives through one seed: chances of interleaving, crashes and faults first, then peace, then the comparison. */
export function simulate(seed: number): Promise<Outcome> {
  return new Simulation(seed).run(seed);
}
