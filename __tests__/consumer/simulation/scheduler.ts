import type { Random } from './random.ts';

/** How often a request goes wrong, each from 0 to 1. */
interface FaultRates {
  /** The request fails and has no effect. */
  error: number;
  /** It has its effect, the answer is an error. */
  lostResponse: number;
  /** It has its effect, the answer is lost, the client repeats it. */
  repeated: number;
  /** Its answer comes later. */
  late: number;
}

export const noFaults: FaultRates = { error: 0, lostResponse: 0, repeated: 0, late: 0 };

/** Owner of requests that outlive their sender. */
const network = 'the network';

interface Task {
  readonly owner: string;
  readonly run: () => void;
  /** What happens at the other end of the wire, whether or not the asker still lives. */
  readonly effect: (() => unknown) | undefined;
}

/** Everything that waits to happen, one of which happens at a time, picked by chance. */
export class Scheduler {
  readonly #random: Random;
  readonly #tasks: Task[] = [];
  readonly #gone = new Set<string>();
  faults: FaultRates = noFaults;

  constructor(random: Random) {
    this.#random = random;
  }

  get pending(): number {
    return this.#tasks.length;
  }

  /** Something of a process that happens at some later time. */
  later(owner: string, run: () => void): void {
    this.#add({ owner, run, effect: undefined });
  }

  /** A request over a network that may fail in all ways networks do. */
  request<T>(owner: string, effect: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => this.#send(owner, effect, { resolve, reject, repeat: true }));
  }

  #send<T>(
    owner: string,
    effect: () => T,
    answer: { resolve: (value: T) => void; reject: (error: Error) => void; repeat: boolean },
  ): void {
    const run = () => {
      const { error, lostResponse, repeated, late } = this.faults;
      const dice = this.#random.next();
      if (dice < error) return answer.reject(new Error('injected: refused'));
      const value = effect();
      if (dice < error + lostResponse) return answer.reject(new Error('injected: no answer'));
      if (dice < error + lostResponse + repeated && answer.repeat) {
        return this.#send(owner, effect, { ...answer, repeat: false });
      }
      if (dice > 1 - late) return this.later(owner, () => answer.resolve(value));
      return answer.resolve(value);
    };
    this.#add({ owner, run, effect });
  }

  #add(task: Task): void {
    if (!this.#gone.has(task.owner)) this.#tasks.push(task);
  }

  /** Lets one thing happen. */
  step(): void {
    const index = this.#random.below(this.#tasks.length);
    const task = this.#tasks[index] as Task;
    const last = this.#tasks.pop() as Task;
    if (last !== task) this.#tasks[index] = last;
    task.run();
  }

  /** Nothing that is on its way without its sender arrives any more. */
  cutNetwork(): void {
    const left = this.#tasks.filter(({ owner }) => owner !== network);
    this.#tasks.length = 0;
    this.#tasks.push(...left);
  }

  /** A process is gone; of its requests under way each may still arrive, unless the network went with it. */
  abandon(owner: string, arriving: boolean): void {
    this.#gone.add(owner);
    const left = this.#tasks.filter((task) => task.owner !== owner);
    for (const { effect } of this.#tasks.filter((task) => task.owner === owner)) {
      if (effect && arriving && this.#random.chance(0.5)) {
        left.push({ owner: network, run: () => void effect(), effect });
      }
    }
    this.#tasks.length = 0;
    this.#tasks.push(...left);
  }
}

/** Lets all promises that can settle do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
