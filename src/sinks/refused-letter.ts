import { checkLine } from '../audit/event-check.ts';
import type { LogLine } from '../audit/read-forward.ts';
import type { DeadLetter } from './dead-letters.ts';

/** The letter for an event that was not taken. */
export function refusedLetter(
  { raw, event }: LogLine,
  { error, attempts }: { error: string; attempts: number },
  failed_at: string,
): DeadLetter {
  const { sequence, event_id, event_type, tenant_id, trace_id } = event;
  return {
    sequence,
    event_id,
    event_type,
    ...(tenant_id === undefined ? {} : { tenant_id }),
    ...(trace_id === undefined ? {} : { trace_id }),
    failed_at,
    attempts,
    error,
    line: raw.toString('utf8'),
  };
}

/** The line in a letter, as the log had it. Throws `AuditLineError` where somebody has changed it. */
export function lineOf({ line }: DeadLetter): LogLine {
  const raw = Buffer.from(line);
  return { raw, event: checkLine(raw), end: 0 };
}
