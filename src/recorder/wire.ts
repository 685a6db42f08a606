import type { CommittedGroup, EventContext, EventDraft, EventGroup, EventType } from '../audit/event.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';

/**
 * How groups cross between the threads: as flat rows of strings. Copying a string costs a fraction of copying an
 * object, and what the log needs of a payload is its canonical text anyway.
 */
export type GroupRow = (string | undefined)[];

const CONTEXT_FIELDS = [
  'trace_id',
  'execution_plan_id',
  'tenant_id',
  'agent_id',
  'agent_name',
  'agent_type',
  'policy_bundle',
  'runtime_mode',
  'budget_context',
] as const;
const EVENT_FIELDS = [
  'event_type',
  'step_id',
  'tool_name',
  'decision_stage',
  'decision',
  'reason',
  'control',
  'payload_text',
] as const;

/** Events whose payload no view of the log reads; what they carry stays text on the other side. */
const UNREAD = new Set<EventType>([
  'plan_received',
  'identity_checked',
  'guard_inspected',
  'capability_checked',
  'policy_evaluated',
  'budget_checked',
  'approval_checked',
]);

/** A group as a row. Throws a `TypeError` for a payload without canonical form. */
export function encodeGroup({ context, events }: EventGroup): GroupRow {
  const { provenance } = context;
  const row: GroupRow = [provenance === undefined ? undefined : canonicalJson(provenance)];
  for (const field of CONTEXT_FIELDS) row.push(context[field]);
  for (const event of events) {
    for (const field of EVENT_FIELDS) {
      if (field === 'payload_text') row.push(textOf(event));
      else row.push(event[field]);
    }
  }
  return row;
}

function textOf({ payload, payload_text }: EventDraft): string | undefined {
  return payload === undefined ? undefined : (payload_text ?? canonicalJson(payload));
}

/** The group a row stands for. */
export function decodeGroup(row: GroupRow): EventGroup {
  const context: EventContext = {};
  const [provenance] = row;
  if (provenance !== undefined) context.provenance = JSON.parse(provenance) as JsonObject;
  for (const [index, field] of CONTEXT_FIELDS.entries()) {
    const value = row[index + 1];
    if (value !== undefined) context[field] = value;
  }
  const events: EventDraft[] = [];
  for (let start = CONTEXT_FIELDS.length + 1; start < row.length; start += EVENT_FIELDS.length) {
    events.push(decodeEvent(row, start));
  }
  return { context, events };
}

function decodeEvent(row: GroupRow, start: number): EventDraft {
  const event = {} as EventDraft & Record<string, unknown>;
  for (let index = 0; index < EVENT_FIELDS.length; index += 1) {
    const value = row[start + index];
    if (value !== undefined) event[EVENT_FIELDS[index] as string] = value;
  }
  if (event.payload_text !== undefined) {
    event.payload = UNREAD.has(event.event_type) ? {} : (JSON.parse(event.payload_text) as JsonObject);
  }
  return event;
}

/** Where a group stands, without what its sender knows of it. */
export type Place = Omit<CommittedGroup, 'context' | 'events'>;

export function placeOf({ context: _context, events: _events, ...place }: CommittedGroup): Place {
  return place;
}

/** An error between the threads: its words and its code; the cause stays in the log of the thread it came from. */
export type WireError = { message: string; code?: string; why?: string };

export function encodeError(error: unknown): WireError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message } = error;
  const { code, why } = error as Error & { code?: unknown; why?: unknown };
  return {
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof why === 'string' ? { why } : {}),
  };
}

/** How the log stands, told with every message. */
export type LogState = { state: 'open' | 'busy' | 'broken' | 'closed'; nextSequence: number; size: number };

export type ToThread =
  | { type: 'append'; groups: { id: number; row: GroupRow }[] }
  | { type: 'call'; id: number; method: string; args: unknown[] }
  | { type: 'close'; id: number };

export type FromThread =
  | { type: 'opened'; origin: string; recovery: Record<string, unknown>; caughtUp: number; log: LogState }
  | { type: 'failed'; error: WireError }
  | { type: 'committed'; places: { id: number; place: Place }[]; log: LogState }
  | { type: 'rejected'; id: number; error: WireError; log: LogState }
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'refusal'; id: number; error: WireError };
