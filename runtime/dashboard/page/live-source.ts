import type { LiveState } from '../live/live-state.ts';

const reconnectMilliseconds = 2_000;

/** Follows the live stream until the returned function is called; connects again whenever it ends. */
export function followLive(
  onState: (state: LiveState) => void,
  onConnected: (connected: boolean) => void,
): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  const connect = () => {
    source = new EventSource('/api/live/events');
    source.addEventListener('live', (event) => onState(JSON.parse(event.data) as LiveState));
    source.addEventListener('open', () => onConnected(true));
    source.addEventListener('error', () => {
      onConnected(false);
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = window.setTimeout(connect, reconnectMilliseconds);
    });
  };
  connect();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
