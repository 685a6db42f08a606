export type TrustErrorCode =
  | 'trust_source_not_found'
  | 'trust_source_exists'
  | 'trust_source_read_only'
  | 'trust_source_conflict'
  | 'trust_key_not_found'
  | 'invalid_cursor';

/** A change or a question about a source that cannot be met. The message is for the caller. */
export class TrustError extends Error {
  readonly code: TrustErrorCode;

  constructor(code: TrustErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
