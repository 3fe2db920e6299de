import { fetchStatus, type Status } from './api.ts';
import { followEvents } from './follow-events.ts';

/** What the page knows of the data's state, and whether it is still being told. */
export interface FeedState {
  readonly status: Status | undefined;
  readonly connected: boolean;
  /** Milliseconds to add to the reader's clock to get the server's. */
  readonly clockOffset: number;
}

/** Keeps the status current through server-sent events and connects again whenever the stream ends. */
export class StatusFeed {
  #state: FeedState = { status: undefined, connected: false, clockOffset: 0 };
  readonly #listeners = new Set<(state: FeedState, before: FeedState) => void>();

  get state(): FeedState {
    return this.#state;
  }

  /** Asks for the status once and then follows it. Resolves with the first answer. */
  async start(): Promise<void> {
    followEvents('/api/events', 'status', {
      onData: (status) => this.#update(status as Status),
      onConnected: (connected) => this.#set({ ...this.#state, connected }),
    });
    this.#update(await fetchStatus());
  }

  /** Calls `listener` on each change, with the state before. */
  onChange(listener: (state: FeedState, before: FeedState) => void): void {
    this.#listeners.add(listener);
  }

  #update(status: Status): void {
    this.#set({ ...this.#state, status, clockOffset: Date.parse(status.now) - Date.now() });
  }

  #set(state: FeedState): void {
    const before = this.#state;
    this.#state = state;
    for (const listener of this.#listeners) listener(state, before);
  }
}
