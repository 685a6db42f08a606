export type StoreErrorCode =
  | 'store_unavailable'
  | 'store_corrupt'
  | 'store_foreign'
  | 'store_newer'
  | 'store_gap'
  | 'store_log_mismatch'
  | 'malformed_event'
  | 'invalid_cursor';

/** The store cannot be opened, cannot follow the log, or was asked with a cursor it did not make. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
