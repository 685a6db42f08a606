import { withoutUndefined } from '../json/without-undefined.ts';
import { AuditLineError } from './audit-error.ts';
import type { AuditEvent, CommittedGroup, EventDraft } from './event.ts';
import { checkLine } from './event-check.ts';
import { eventContext } from './event-context.ts';
import { MAX_LINE_BYTES } from './event-line.ts';
import type { RawLine } from './line-reader.ts';
import { readLogLines } from './log-files.ts';
import type { LogReader } from './log-reader.ts';
import { withPayload } from './span-reader.ts';

/** Groups handed out at once. */
const GROUPS_PER_BATCH = 500;
/** A group read back is no longer than this, however many events in a row belong together. */
const MAX_EVENTS_PER_GROUP = 1_000;

/**
 * The groups of a log from byte `fromOffset` (the start of a line) up to `toOffset`, in batches, for bringing a view of
 * the log up to date. Events in a row with one context are one group; a group as it was appended may come back in two
 * or joined with its neighbour, which no view may depend on.
 *
 * Throws `AuditLineError` for a line whose hash does not hold: a view is never built from a line that was changed.
 */
export async function* readGroups(
  file: string,
  fromOffset: number,
  toOffset: number,
): AsyncGenerator<CommittedGroup[], void> {
  let batch: CommittedGroup[] = [];
  for await (const lines of readLogLines(file, fromOffset, toOffset)) {
    for (const line of lines) {
      if (line.isWhole) add(batch, await withPayload(file, checkLine(line.raw)), line);
    }
    if (batch.length <= GROUPS_PER_BATCH) continue;
    // The last group may go on in the next chunk.
    yield batch.slice(0, -1);
    batch = batch.slice(-1);
  }
  if (batch.length > 0) yield batch;
}

function add(batch: CommittedGroup[], event: AuditEvent, { raw, offset }: RawLine): void {
  const last = batch.at(-1);
  if (last !== undefined && belongsTo(last, event)) extend(last, event, raw.length + 1);
  else batch.push(groupOf(event, offset, raw.length + 1));
}

function groupOf(event: AuditEvent, offset: number, bytes: number): CommittedGroup {
  const group: CommittedGroup = {
    context: eventContext(event),
    events: [draftOf(event)],
    first_sequence: event.sequence,
    last_sequence: event.sequence,
    first_event_id: event.event_id,
    last_event_id: event.event_id,
    hash: event.hash,
    offset,
    bytes,
    timestamp: event.timestamp,
  };
  if (event.trace_sequence !== undefined) group.trace_sequence = event.trace_sequence;
  return group;
}

function extend(group: CommittedGroup, event: AuditEvent, bytes: number): void {
  (group.events as EventDraft[]).push(draftOf(event));
  group.last_sequence = event.sequence;
  group.last_event_id = event.event_id;
  group.hash = event.hash;
  group.bytes += bytes;
  if (event.trace_sequence !== undefined) group.trace_sequence = event.trace_sequence;
}

/** Every decision starts with `plan_received`, so two decisions on one plan never become one group. */
function belongsTo(group: CommittedGroup, event: AuditEvent): boolean {
  return (
    event.event_type !== 'plan_received' &&
    event.trace_id !== undefined &&
    group.events.length < MAX_EVENTS_PER_GROUP &&
    event.timestamp === group.timestamp &&
    JSON.stringify(eventContext(event)) === JSON.stringify(group.context)
  );
}

function draftOf(event: AuditEvent): EventDraft {
  const { event_type, step_id, tool_name, decision_stage, decision, reason, control, payload } = event;
  return {
    event_type,
    ...withoutUndefined({ step_id, tool_name, decision_stage, decision, reason, control, payload }),
  };
}

/** The hash of the event whose line ends at byte `offset`; `undefined` where no intact line ends there. */
export async function hashBefore(log: LogReader, offset: number): Promise<string | undefined> {
  try {
    const tail = await log.readBefore(offset, MAX_LINE_BYTES + 2);
    if (tail.at(-1) !== 10) return undefined;
    return checkLine(tail.subarray(tail.lastIndexOf(10, -2) + 1, -1)).hash;
  } catch (error) {
    if (error instanceof AuditLineError) return undefined;
    throw error;
  }
}
