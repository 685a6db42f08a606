import type { CommittedGroup, EventGroup, Receipt, TraceHead } from './event.ts';
import type { PreparedGroup } from './prepared-group.ts';

/**
 * `busy`: try again shortly. `broken`: a write or sync failed; only reopening with recovery helps. `unreadable`: this
 * group is not one that views of the log could read; others are taken.
 */
type UnavailableWhy = 'busy' | 'broken' | 'closed' | 'unreadable';

/** The log cannot take this group: it is full for the moment, or broken until it is reopened. */
export class AuditUnavailable extends Error {
  readonly code = 'audit_unavailable';
  readonly why: UnavailableWhy;

  constructor(why: UnavailableWhy, message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

/** `code` is that of the system where it has one: `EIO`, `ENOSPC`. The message is for the operator alone. */
export type LogFailure = { code?: string; message: string };

/** One append-only, hash-chained log with one writer. */
export type AuditLog = {
  /** Names this log in receipts; stays the same over restarts. */
  readonly origin: string;
  /**
   * Appends the group's events in order and resolves when they are durable (written and `fdatasync`ed), after
   * `onCommit` has seen them. Groups of one trace become durable in the order of the calls. Rejects with `AuditUnavailable`,
   * in which case nothing of the group counts as recorded.
   */
  append(group: EventGroup): Promise<Receipt>;
  /** False while `append` would reject. */
  readonly state: 'open' | 'busy' | 'broken' | 'closed';
  /** What broke the log off; absent while it is not `broken`. */
  readonly failure?: LogFailure | undefined;
  /** Events that wait to become durable. */
  readonly waiting: number;
  /** Sequence the next event will get. */
  readonly nextSequence: number;
  /** Bytes that are durable. */
  readonly size: number;
  /** Waits for what is queued, syncs and closes. Later appends reject. */
  close(): Promise<void>;
};

/** The log with what its gateway needs besides appending. */
export type OpenedAuditLog = Omit<AuditLog, 'append'> & {
  /** As `AuditLog.append`. `head` is the trace's last event so far, see `appendPrepared`. */
  append(group: EventGroup, head?: TraceHead): Promise<CommittedGroup>;
  /**
   * Appends a group whose lines are made already. `head` is the trace's last event so far, as the index knows it; the
   * log remembers the heads of groups it has not committed yet, so callers need not wait for each other. Absent: the
   * trace is new.
   */
  appendPrepared(group: PreparedGroup, head?: TraceHead): Promise<CommittedGroup>;
  /**
   * Takes blobs away, by the digits of their names: all but those that a line of this opening refers to. The caller
   * MUST have seen that no other line does.
   */
  removeBlobs(names: readonly string[]): Promise<void>;
  /** Breaks the log off: what follows it cannot any more. Only reopening helps, as after a failed write. */
  stop(cause: unknown): void;
  /**
   * The last event of a trace, if the log remembers it; then `append` needs no `head`. Traces that are not
   * committed yet are always known.
   */
  knownHead(traceId: string): TraceHead | undefined;
};
