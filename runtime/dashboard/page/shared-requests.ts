interface SharedRequest {
  readonly answer: Promise<unknown>;
  readonly controller: AbortController;
  readers: number;
}

/**
 * Requests that several parts of a page wait for together: of two at the same time for one address, a browser keeps the
 * second back until it can answer it from the cache.
 */
export class SharedRequests {
  readonly #underWay = new Map<string, SharedRequest>();
  readonly #ask: (address: string, signal: AbortSignal) => Promise<unknown>;

  constructor(ask: (address: string, signal: AbortSignal) => Promise<unknown>) {
    this.#ask = ask;
  }

  /**
   * What is at an address. The request ends early when everybody who waits for it has given up. Nobody joins one that
   * somebody has given up: that is done to ask anew, as when newer data have come.
   */
  get(address: string, signal?: AbortSignal): Promise<unknown> {
    const shared = this.#underWay.get(address) ?? this.#start(address);
    shared.readers += 1;
    const giveUp = () => {
      this.#forget(address, shared);
      shared.readers -= 1;
      if (shared.readers === 0) shared.controller.abort();
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    return shared.answer;
  }

  #start(address: string): SharedRequest {
    const controller = new AbortController();
    const answer = this.#ask(address, controller.signal);
    const shared: SharedRequest = { answer, controller, readers: 0 };
    this.#underWay.set(address, shared);
    const forget = () => this.#forget(address, shared);
    answer.then(forget, forget);
    return shared;
  }

  #forget(address: string, shared: SharedRequest): void {
    if (this.#underWay.get(address) === shared) this.#underWay.delete(address);
  }
}
