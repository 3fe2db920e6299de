/** Bits of {@link EventBatch.flags}. */
export const eventFlag = { auth: 1 } as const;

/**
 * Events as columns of numbers, before they are written as text or Avro. Rows are added listener by listener;
 * {@link sort} gives the order of time.
 */
export class EventBatch {
  count = 0;
  /** Index of the shard in its worker's list. */
  shard = new Uint8Array(0);
  /** Listener in the shard. */
  user = new Uint32Array(0);
  /** Seconds since the window's start. */
  second = new Int32Array(0);
  state = new Uint16Array(0);
  item = new Uint32Array(0);
  /** Track that starts, where the state's page starts one. */
  track = new Uint32Array(0);
  flags = new Uint8Array(0);
  /** Session number in the shard plus 1; set in order of time. */
  session = new Uint32Array(0);
  /** Row numbers in order of second, then shard, then listener; valid up to {@link count} after {@link sort}. */
  order = new Uint32Array(0);
  #secondCounts = new Uint32Array(0);

  clear(): void {
    this.count = 0;
  }

  /** Adds a row. */
  add(
    shard: number,
    user: number,
    second: number,
    state: number,
    item: number,
    track: number,
    flags: number,
  ): void {
    const row = this.count;
    if (row === this.user.length) this.#grow();
    this.count = row + 1;
    this.shard[row] = shard;
    this.user[row] = user;
    this.second[row] = second;
    this.state[row] = state;
    this.item[row] = item;
    this.track[row] = track;
    this.flags[row] = flags;
  }

  /** Sorts the rows, all of which lie in `from <= second < until`, by second; rows of one second keep their order. */
  sort(from: number, until: number): void {
    const span = until - from;
    if (this.#secondCounts.length < span + 1) this.#secondCounts = new Uint32Array(span + 1);
    const counts = this.#secondCounts;
    counts.fill(0, 0, span + 1);
    const { second, count } = this;
    for (let row = 0; row < count; row++) {
      const at = (second[row] as number) - from + 1;
      counts[at] = (counts[at] as number) + 1;
    }
    for (let at = 1; at <= span; at++) counts[at] = (counts[at] as number) + (counts[at - 1] as number);
    if (this.order.length < this.user.length) this.order = new Uint32Array(this.user.length);
    for (let row = 0; row < count; row++) {
      const at = (second[row] as number) - from;
      const place = counts[at] as number;
      counts[at] = place + 1;
      this.order[place] = row;
    }
  }

  #grow(): void {
    const capacity = Math.max(1024, this.user.length * 2);
    const grown = <T extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
      column: T,
      larger: T,
    ): T => {
      larger.set(column);
      return larger;
    };
    this.shard = grown(this.shard, new Uint8Array(capacity));
    this.user = grown(this.user, new Uint32Array(capacity));
    this.second = grown(this.second, new Int32Array(capacity));
    this.state = grown(this.state, new Uint16Array(capacity));
    this.item = grown(this.item, new Uint32Array(capacity));
    this.track = grown(this.track, new Uint32Array(capacity));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.session = grown(this.session, new Uint32Array(capacity));
  }
}
