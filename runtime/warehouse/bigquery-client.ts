import { BigQuery, type BigQueryOptions } from '@google-cloud/bigquery';

/** What the client's library throws for an HTTP answer, as far as it matters here. */
interface AnsweredError {
  readonly code?: number;
  readonly response?: { readonly body?: unknown };
}

const transientStatus = new Set([408, 429, 500, 502, 503, 504]);
const transientReasons = new Set(['rateLimitExceeded', 'userRateLimitExceeded']);

function reasonsIn(body: unknown): readonly string[] {
  const { error } = (body ?? {}) as { error?: { errors?: readonly { reason?: string }[] } };
  return (error?.errors ?? []).map(({ reason }) => String(reason));
}

function isTransient({ code, response }: AnsweredError): boolean {
  return (
    transientStatus.has(code ?? 0) || reasonsIn(response?.body).some((reason) => transientReasons.has(reason))
  );
}

/**
 * A client that repeats requests which failed in passing: those that the library repeats by itself, and rate limits,
 * which come as 403: the library looks for their reason in a body that is parsed already, and finds none.
 */
export function bigQueryClient(options: BigQueryOptions): BigQuery {
  const retryOptions = { ...options.retryOptions, retryableErrorFn: isTransient };
  return new BigQuery({ ...options, retryOptions } as BigQueryOptions);
}
