import { fetchStatus, type Status } from './api.ts';

/** What the page knows of the data's state, and whether it is still being told. */
export interface FeedState {
  readonly status: Status | undefined;
  readonly connected: boolean;
  /** Milliseconds to add to the reader's clock to get the server's. */
  readonly clockOffset: number;
}

const reconnectMilliseconds = 2_000;

/** Keeps the status current through server-sent events and connects again whenever the stream ends. */
export class StatusFeed {
  #state: FeedState = { status: undefined, connected: false, clockOffset: 0 };
  readonly #listeners = new Set<(state: FeedState, before: FeedState) => void>();

  get state(): FeedState {
    return this.#state;
  }

  /** Asks for the status once and then follows it. Resolves with the first answer. */
  async start(): Promise<void> {
    this.#connect();
    this.#update(await fetchStatus());
  }

  /** Calls `listener` on each change, with the state before. */
  onChange(listener: (state: FeedState, before: FeedState) => void): void {
    this.#listeners.add(listener);
  }

  #connect(): void {
    const source = new EventSource('/api/events');
    source.addEventListener('status', (event) => this.#update(JSON.parse(event.data) as Status));
    source.addEventListener('error', () => {
      this.#set({ ...this.#state, connected: false });
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this.#connect(), reconnectMilliseconds);
    });
    source.addEventListener('open', () => this.#set({ ...this.#state, connected: true }));
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
