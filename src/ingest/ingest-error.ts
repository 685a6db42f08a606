export type IngestErrorCode =
  | 'origin_not_found'
  | 'origin_taken'
  | 'origin_key_invalid'
  | 'ingest_conflict'
  | 'ingest_refused'
  | 'too_many_ingests'
  | 'body_too_large';

/** Where a log that is handed over does not hold, or does not fit what was handed over before. */
export type Refusal = {
  code: 'ingest_conflict' | 'ingest_refused';
  reason: string;
  /** The first event that is wrong, or that should have been there; absent where no single one is. */
  sequence?: number;
  message: string;
};

/** A log, or a part of one, cannot be taken over. The message is for the caller. */
export class IngestError extends Error {
  readonly code: IngestErrorCode;
  readonly refusal?: Refusal;
  readonly errors?: { pointer: string; message: string }[];

  constructor(code: IngestErrorCode, message: string, refusal?: Refusal) {
    super(message);
    this.code = code;
    if (refusal === undefined) return;
    this.refusal = refusal;
    const { sequence, reason } = refusal;
    this.errors = [{ pointer: sequence === undefined ? '' : `/events/${sequence}`, message: reason }];
  }
}

/** What the thread throws where a line, or all of them, cannot be taken. */
export class RefusedRun extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}
