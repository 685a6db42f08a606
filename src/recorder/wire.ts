import type { AuditLog } from '../audit/audit-log.ts';
import type { EventContext, EventDraft, EventGroup, Receipt } from '../audit/event.ts';
import { type PreparedEvent, type PreparedGroup, prepareGroup } from '../audit/prepared-group.ts';
import { parseJson } from '../json/parse-json.ts';
import { UNREAD_EVENTS } from '../store/unread-events.ts';

/** What views read of a group. */
type View = { context: EventContext; events: EventDraft[]; new_trace: boolean };

const FRAME_PIECES = 7;
const EVENT_PIECES = 6;

/**
 * A group as it crosses between the threads: one text, because copying a text costs a fraction of copying objects. Its
 * first line is what views read, as JSON; then one line for each piece of the lines to be written. All pieces are JSON
 * without white space, so none holds a line feed.
 *
 * Throws a `TypeError` for a group without canonical form.
 */
export function encodeGroup(group: EventGroup): string {
  const { frame, lines, context, new_trace } = prepareGroup(group);
  const view: View = { context, events: group.events.filter(isRead).map(asRead), new_trace };
  let text =
    `${JSON.stringify(view)}\n${frame.agent}\n${frame.plan}\n${frame.bundle}\n${frame.provenance}\n` +
    `${frame.mode}\n${frame.tenant}\n${frame.trace}`;
  for (const { event_type, verdict, payload, reason, step, tool } of lines) {
    text += `\n${event_type}\n${verdict}\n${payload}\n${reason}\n${step}\n${tool}`;
  }
  return text;
}

function isRead({ event_type }: EventDraft): boolean {
  return !UNREAD_EVENTS.has(event_type);
}

/** The text is in the line already; where there is nothing but the text, views read that. */
function asRead(draft: EventDraft): EventDraft {
  const { payload_text } = draft;
  if (payload_text === undefined) return draft;
  const { event_type, step_id, tool_name, decision_stage, decision, reason, control } = draft;
  const payload = draft.payload ?? parseJson(payload_text);
  // What is undefined goes when the view becomes text.
  const read = { event_type, step_id, tool_name, decision_stage, decision, reason, control, payload };
  return read as EventDraft;
}

/** The group a text stands for. */
export function decodeGroup(text: string): PreparedGroup {
  const pieces = text.split('\n');
  const { context, events, new_trace } = parseJson(pieces[0] ?? '') as unknown as View;
  const [, agent = '', plan = '', bundle = '', provenance = '', mode = '', tenant = '', trace = ''] = pieces;
  const lines: PreparedEvent[] = [];
  for (let at = FRAME_PIECES + 1; at < pieces.length; at += EVENT_PIECES) {
    lines.push({
      event_type: pieces[at] ?? '',
      verdict: pieces[at + 1] ?? '',
      payload: pieces[at + 2] ?? '',
      reason: pieces[at + 3] ?? '',
      step: pieces[at + 4] ?? '',
      tool: pieces[at + 5] ?? '',
    });
  }
  return {
    frame: { agent, plan, bundle, provenance, mode, tenant, trace },
    lines,
    context,
    events,
    new_trace,
  };
}

/** The receipt of the group that was sent as number `id`. */
export type Confirmation = Receipt & { id: number };

/** Confirmations as one text, a line each. */
export function encodeConfirmations(confirmations: readonly Confirmation[]): string {
  let text = '';
  for (const { id, last_sequence, hash, first_event_id, last_event_id } of confirmations) {
    text += `${id} ${last_sequence} ${hash} ${first_event_id} ${last_event_id}\n`;
  }
  return text;
}

export function decodeConfirmations(text: string): Confirmation[] {
  const confirmations: Confirmation[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [id, sequence, hash = '', first_event_id = '', last_event_id = ''] = line.split(' ');
    confirmations.push({
      id: Number(id),
      last_sequence: Number(sequence),
      hash,
      first_event_id,
      last_event_id,
    });
  }
  return confirmations;
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

/** Asks the thread for a checkpoint over all that is durable. */
export const SIGN_CHECKPOINT = 'signCheckpoint';
/** Asks which event is the newest that the store has, once it has all there are. */
export const PROJECTED = 'projected';
/** Asks it to purge. Every other call is a method of the store. */
export const PURGE = 'purge';

/** How the log stands, told with every message. */
export type LogState = Pick<AuditLog, 'state' | 'nextSequence' | 'size' | 'failure'>;

export type ToThread =
  | { type: 'append'; groups: { id: number; text: string }[] }
  | { type: 'call'; id: number; method: string; args: unknown[] }
  | { type: 'close'; id: number };

export type FromThread =
  | {
      type: 'opened';
      origin: string;
      recovery: Record<string, unknown>;
      caughtUp: number;
      isHandedOver: boolean;
      log: LogState;
    }
  | { type: 'failed'; error: WireError }
  | { type: 'committed'; confirmations: string; log: LogState }
  | { type: 'rejected'; id: number; error: WireError; log: LogState }
  | { type: 'log'; log: LogState }
  | { type: 'checkpoint_failed'; error: WireError }
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'refusal'; id: number; error: WireError };
