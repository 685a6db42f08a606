import { AuditLineError, WAY_OUT } from './audit-error.ts';
import type { AuditEvent, TraceHead } from './event.ts';
import { NO_HASH } from './event-line.ts';

type TracedEvent = Pick<AuditEvent, 'sequence' | 'hash' | 'trace_id' | 'trace_sequence' | 'trace_prev_hash'>;

/**
 * Holds the events of a trace that were read back, in order, against one of them that is known from elsewhere: what the view of
 * the log saw last of the trace when it was written. Each has the hash of the one before, so that one tells of all before it;
 * and so does the last of those that came since, as far as nobody made it anew. The beginning may have been purged.
 *
 * Throws `AuditLineError` with the last event that is not the one that was written.
 */
export function assertKnownTrace(events: readonly TracedEvent[], head: TraceHead): void {
  let next: TraceHead | undefined;
  for (const event of events.toReversed()) {
    const { trace_sequence = -1, trace_prev_hash = NO_HASH, hash } = event;
    if (next !== undefined && trace_sequence !== next.trace_sequence)
      throw stranger(event, 'trace_sequence_broken', 'events of its trace are missing or doubled behind it');
    const known = trace_sequence === head.trace_sequence ? head.hash : (next?.hash ?? hash);
    if (hash !== known) throw stranger(event, 'hash_mismatch', 'it is not the event that was written');
    next = { trace_sequence: trace_sequence - 1, hash: trace_prev_hash };
  }
  const [first] = events;
  if (first?.trace_sequence === 0 && first.trace_prev_hash !== NO_HASH)
    throw stranger(first, 'trace_prev_hash_mismatch', 'it begins its trace, and follows from another event');
}

function stranger(
  { sequence, trace_id }: TracedEvent,
  reason: 'hash_mismatch' | 'trace_sequence_broken' | 'trace_prev_hash_mismatch',
  what: string,
): AuditLineError {
  return new AuditLineError(reason, `event ${sequence} of the trace ${trace_id}: ${what}. ${WAY_OUT}`, {
    sequence,
  });
}
