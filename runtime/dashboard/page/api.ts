import type { Status } from '../api/status.ts';
import type { DatasetName, DatasetParams, DatasetRow } from '../datasets/index.ts';
import { SharedRequests } from './shared-requests.ts';

export type { Status } from '../api/status.ts';

/** The API's answer was a problem, or there was none. */
class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** The address of a dataset; `extension` is empty for JSON. */
export function datasetAddress<Name extends DatasetName>(
  name: Name,
  params: DatasetParams<Name>,
  extension: '' | '.csv' = '',
): string {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
  return `/api/${name}${extension}${search.size > 0 ? `?${search}` : ''}`;
}

async function ask(address: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(address, { signal });
  const body: unknown = await response.json();
  if (response.ok) return body;
  throw new ApiError(response.status, (body as { detail?: string }).detail ?? response.statusText);
}

const requests = new SharedRequests(ask);

/** The rows of a dataset. */
export async function fetchRows<Name extends DatasetName>(
  name: Name,
  params: DatasetParams<Name>,
  signal?: AbortSignal,
): Promise<DatasetRow<Name>[]> {
  const body = (await requests.get(datasetAddress(name, params), signal)) as { rows: DatasetRow<Name>[] };
  return body.rows;
}

/** How fresh the data are. */
export async function fetchStatus(): Promise<Status> {
  return (await requests.get('/api/status')) as Status;
}
