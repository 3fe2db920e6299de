/** What can go wrong in a program, as a closed list: logs, metrics and exit codes speak in these. */
type ErrorCode =
  | 'configuration'
  | 'broker_unreachable'
  | 'broker_refused'
  | 'topic_missing'
  | 'log_recreated'
  | 'chain_broken'
  | 'lake_unwritable'
  | 'lake_corrupt'
  | 'load_mismatch'
  | 'warehouse_locked'
  | 'warehouse_outdated'
  | 'redrive_locked'
  | 'marts_unreadable'
  | 'tool_missing'
  | 'port_taken'
  | 'state_in_use'
  | 'child_failed'
  | 'reconciliation';

/** A fault that a person must mend: retrying will not help. The message says what was got, expected and to do. */
export class SetupError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SetupError';
    this.code = code;
  }
}

/** The message of whatever was thrown, for a log line or a person. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Exit codes of all programs: 0 done, 1 unexpected, 2 a {@link SetupError}. */
export const exitCodes = { done: 0, unexpected: 1, setup: 2 } as const;
