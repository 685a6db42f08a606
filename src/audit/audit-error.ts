/**
 * The log cannot be opened.
 *
 * `audit_unwritable`: the directory or file cannot be created, read or written. `audit_locked`: another process
 * writes this log. `audit_damaged`: the file is not what a crash can leave behind; a person must look at it.
 * `origin_invalid`: the configured name cannot be that of a log.
 */
export class AuditOpenError extends Error {
  readonly code: 'audit_unwritable' | 'audit_locked' | 'audit_damaged' | 'origin_invalid';

  constructor(code: AuditOpenError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * A group that can never be recorded, whatever the state of the log. Nothing of it was queued.
 *
 * `event_invalid`: it has no events, or holds a value without a canonical JSON form. `event_too_large`: a line
 * exceeds its limit although its payload was moved to a blob.
 */
export class AuditEventError extends Error {
  readonly code: 'event_invalid' | 'event_too_large';

  constructor(code: AuditEventError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What can be wrong with a line, by itself or in its place. Documented in docs/audit-format.md. */
export type LineFault =
  | 'line_too_long'
  | 'not_utf8'
  | 'not_json'
  | 'not_an_event'
  | 'unknown_schema'
  | 'not_canonical'
  | 'hash_mismatch'
  | 'not_log_opened'
  | 'sequence_broken'
  | 'prev_hash_mismatch'
  | 'trace_sequence_broken'
  | 'trace_prev_hash_mismatch'
  | 'time_ran_backwards'
  | 'segment_misplaced'
  | 'blob_missing'
  | 'blob_mismatch'
  | 'torn_tail';

/** A line, or what it refers to, is not what was once written. */
export class AuditLineError extends Error {
  readonly code = 'audit_damaged';
  readonly reason: LineFault;

  constructor(reason: LineFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
