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
  /** The event that should be there, where that is known. */
  readonly sequence?: number;

  constructor(reason: LineFault, message: string, options?: ErrorOptions & { sequence?: number }) {
    super(message, options);
    this.reason = reason;
    if (options?.sequence !== undefined) this.sequence = options.sequence;
  }
}

/** What to do about a line that does not hold: it is the same wherever it is found. */
export const WAY_OUT =
  'Keep a copy of the log as it is, see what `aisecops verify` says of it, and restore it from a backup ' +
  '(docs/operations.md, "When something is wrong")';

/**
 * The error of a line with the place where it was found: the event that should be there, the file and the byte in it.
 * Any other error is answered as it is.
 */
export function placed(error: unknown, { sequence, where }: { sequence?: number; where: string }): unknown {
  if (!(error instanceof AuditLineError)) return error;
  const event = sequence === undefined ? 'an event' : `event ${sequence}`;
  return new AuditLineError(error.reason, `${event} (${where}): ${error.message}. ${WAY_OUT}`, {
    cause: error,
    ...(sequence !== undefined && { sequence }),
  });
}
