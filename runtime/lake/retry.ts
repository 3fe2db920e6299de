import { setTimeout as delay } from 'node:timers/promises';

/** How long and how often a request to an object store is repeated. */
export interface RetryPolicy {
  /** No attempt begins later than this after the first one, milliseconds. */
  readonly deadlineMs: number;
  /** Pause after the first failure at most, milliseconds; doubled with each further one. */
  readonly firstPauseMs: number;
  /** Longest pause, milliseconds. */
  readonly longestPauseMs: number;
}

/** Minutes of trouble are sat out, which is longer than most incidents and shorter than Kafka's retention. */
export const defaultRetryPolicy: RetryPolicy = {
  deadlineMs: 300_000,
  firstPauseMs: 250,
  longestPauseMs: 10_000,
};

const transientStatus = new Set([401, 408, 429, 500, 502, 503, 504]);
const transientCode =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|ESOCKETTIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_STREAM_PREMATURE_CLOSE|CONTENT_DOWNLOAD_MISMATCH)$/;
const transientMessage =
  /socket hang up|premature close|network timeout|aborted|connection closed|Content-Length|terminated/i;

/** What a store's client library throws, as far as it matters here. */
interface StoreError extends Error {
  readonly code?: number | string;
  readonly response?: { readonly headers?: Headers | Readonly<Record<string, string>> };
}

/** The HTTP status that an error stands for, if it does for one. */
export function statusOf(error: unknown): number | undefined {
  const { code } = error as StoreError;
  const status = Number(code);
  return Number.isInteger(status) ? status : undefined;
}

/** Whether repeating a request can help. 401 is such a case: the next attempt brings a new token. */
function isTransient(error: unknown): boolean {
  const { code, message } = error as StoreError;
  const status = statusOf(error);
  if (status !== undefined) return transientStatus.has(status);
  return transientCode.test(String(code)) || transientMessage.test(message);
}

function retryAfterMs(error: unknown): number {
  const headers = (error as StoreError).response?.headers;
  const text = headers instanceof Headers ? headers.get('retry-after') : headers?.['retry-after'];
  const seconds = Number(text);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

/**
 * Repeats an idempotent request while its failures are transient and the deadline is not passed; pauses are random up
 * to a bound that doubles (full jitter), and no shorter than the server's Retry-After.
 */
export async function retried<T>(
  policy: RetryPolicy,
  onRetry: (error: Error, pauseMs: number) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + policy.deadlineMs;
  for (let bound = policy.firstPauseMs; ; bound = Math.min(bound * 2, policy.longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      const pause = Math.max(Math.random() * bound, retryAfterMs(error));
      if (!isTransient(error) || Date.now() + pause > deadline) throw error;
      onRetry(error as Error, pause);
      await delay(pause);
    }
  }
}
