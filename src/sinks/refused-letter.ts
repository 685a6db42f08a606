import { checkLine } from '../audit/event-check.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { FollowedLine } from './followed-logs.ts';

/** The letter for an event that was not taken. */
export function refusedLetter(
  { raw, event, from }: FollowedLine,
  { error, attempts }: { error: string; attempts: number },
  failed_at: string,
): DeadLetter {
  const { sequence, event_id, event_type, tenant_id, trace_id } = event;
  return {
    sequence,
    ...from,
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
export function lineOf({ line, log, recorded }: DeadLetter): FollowedLine {
  const raw = Buffer.from(line);
  const from = log !== undefined && recorded !== undefined ? { from: { log, recorded } } : {};
  return { raw, event: checkLine(raw), end: 0, ...from };
}
