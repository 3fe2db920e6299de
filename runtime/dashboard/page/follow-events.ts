/** How long to wait before connecting again where the browser does not do it by itself, milliseconds. */
const reconnectMilliseconds = 2_000;

/** Who follows a stream of server-sent events. */
interface EventFollower {
  /** Gets the data of each event, parsed. */
  onData(data: unknown): void;
  /** Told when the stream is open and when it broke. */
  onConnected(connected: boolean): void;
}

/**
 * Follows one event of a stream until the returned function is called, and connects again whenever the stream ends. A
 * page that nobody sees lets go of its stream: browsers allow a server six connections over all tabs.
 */
export function followEvents(address: string, event: string, follower: EventFollower): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  const disconnect = () => {
    window.clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const connect = () => {
    disconnect();
    const opened = new EventSource(address);
    source = opened;
    opened.addEventListener(event, ({ data }) => follower.onData(JSON.parse(data)));
    opened.addEventListener('open', () => follower.onConnected(true));
    opened.addEventListener('error', () => {
      follower.onConnected(false);
      if (opened.readyState === EventSource.CLOSED) timer = window.setTimeout(connect, reconnectMilliseconds);
    });
  };
  const onVisibility = () => {
    if (document.hidden) disconnect();
    else connect();
  };
  document.addEventListener('visibilitychange', onVisibility);
  if (!document.hidden) connect();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    disconnect();
  };
}
