import { canonicalJson, sha256 } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import { AuditLineError, type LineFault } from './audit-error.ts';
import { type AuditEvent, SCHEMA_VERSION, type TraceHead } from './event.ts';
import { MAX_LINE_BYTES, NO_HASH } from './event-line.ts';
import { decodeLine } from './line-reader.ts';
import { isRecordedTime } from './recorded-time.ts';

const HASH = /^sha256:[0-9a-f]{64}$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Members that are text where they are present. With `event_id` and `event_type` these are all before `hash`. */
export const TEXT_MEMBERS = [
  'agent_id',
  'agent_name',
  'agent_type',
  'budget_context',
  'control',
  'decision',
  'decision_stage',
  'execution_plan_id',
  'policy_bundle',
  'reason',
  'runtime_mode',
  'step_id',
  'tenant_id',
  'tool_name',
] as const;
const OBJECT_MEMBERS = ['payload', 'provenance'] as const;
const EVENT_TYPE = /^[a-z_]+$/;

/**
 * The event a line holds: shape and schema version are checked, its hash is not (`checkLine` does). An
 * `event_type` that this version does not know is let through. Throws `AuditLineError`.
 */
export function parseEvent(line: string): AuditEvent {
  const event = parseObject(line);
  if (event['schema_version'] !== SCHEMA_VERSION) {
    throw new AuditLineError(
      'unknown_schema',
      `schema_version ${JSON.stringify(event['schema_version'])} is unknown`,
    );
  }
  const wrong = firstWrongMember(event);
  if (wrong !== undefined)
    throw new AuditLineError('not_an_event', `${wrong} is missing or of the wrong form`);
  // Every member of the type has been looked at.
  return event as unknown as AuditEvent;
}

/** The event of one line, after every check that needs no other line. Throws `AuditLineError`. */
export function checkLine(raw: Buffer): AuditEvent {
  if (raw.length > MAX_LINE_BYTES) {
    throw new AuditLineError(
      'line_too_long',
      `the line has ${raw.length} bytes; ${MAX_LINE_BYTES} are allowed`,
    );
  }
  const line = decodeLine(raw);
  const event = parseEvent(line);
  if (canonicalLine(event) !== line) {
    throw new AuditLineError('not_canonical', 'the line is not the RFC 8785 form of what it says');
  }
  if (sha256(line.replace(`"hash":"${event.hash}",`, '')) !== event.hash) {
    throw new AuditLineError('hash_mismatch', 'the hash is not that of the line');
  }
  return event;
}

/** What of an event joins it to those before. */
export type ChainLink = { event_type: string } & Pick<
  AuditEvent,
  'sequence' | 'hash' | 'prev_hash' | 'timestamp' | 'trace_id' | 'trace_sequence' | 'trace_prev_hash'
>;

/** What the chain of the log joins of an event to the one before. */
export type LogLink = Pick<ChainLink, 'sequence' | 'hash' | 'prev_hash'>;

/** What is wrong with the place of an event behind another, as far as the chain of the log says. */
export function linkFault(event: LogLink, before: LogLink | undefined): LineFault | undefined {
  if (before === undefined) return undefined;
  if (event.sequence !== before.sequence + 1) return 'sequence_broken';
  return event.prev_hash === before.hash ? undefined : 'prev_hash_mismatch';
}

/** Where the first line of a log stands, and the hash it follows from. */
export type ChainStart = { sequence: number; hash: string };

/** Checks that each event follows from the one before it, in the log and in its trace. */
export class ChainCheck {
  readonly #heads = new Map<string, TraceHead & { sequence: number }>();
  readonly #start: ChainStart | undefined;
  #last: ChainLink | undefined;
  /** Events up to here are purged, as the log says. */
  #purged = -1;

  /**
   * `start` is absent where reading starts in the middle: the first links cannot be checked there. A log whose
   * beginning was purged starts behind it.
   */
  constructor(start?: ChainStart) {
    this.#start = start;
  }

  /** Takes note that events up to `last` were purged: their traces may go on, or begin anew. */
  purged(last: number): void {
    this.#purged = Math.max(this.#purged, last);
  }

  get last(): ChainLink | undefined {
    return this.#last;
  }

  /** The heads of all traces seen, in the order they first appeared. */
  get heads(): ReadonlyMap<string, TraceHead> {
    return this.#heads;
  }

  /** Answers what is wrong with the place of the event, or takes it as the new last one. */
  next(event: ChainLink): LineFault | undefined {
    const fault = this.#logFault(event) ?? this.#traceFault(event);
    if (fault !== undefined) return fault;
    this.#last = event;
    if (event.trace_id !== undefined && event.trace_sequence !== undefined) {
      const { trace_sequence, hash, sequence } = event;
      this.#heads.set(event.trace_id, { trace_sequence, hash, sequence });
    }
    return undefined;
  }

  #logFault(event: ChainLink): LineFault | undefined {
    const last = this.#last;
    if (last === undefined) return this.#start && startFault(event, this.#start);
    return linkFault(event, last) ?? (event.timestamp < last.timestamp ? 'time_ran_backwards' : undefined);
  }

  #traceFault(event: ChainLink): LineFault | undefined {
    if (event.trace_id === undefined) return undefined;
    const head = this.#heads.get(event.trace_id);
    if (head === undefined && this.#start?.sequence !== 0) return undefined;
    // What was purged of the trace is no part of it any more, and may be here only because a copy was put back.
    if (head !== undefined && head.sequence <= this.#purged && event.trace_sequence === 0)
      return event.trace_prev_hash === NO_HASH ? undefined : 'trace_prev_hash_mismatch';
    if (event.trace_sequence !== (head?.trace_sequence ?? -1) + 1) return 'trace_sequence_broken';
    return event.trace_prev_hash === (head?.hash ?? NO_HASH) ? undefined : 'trace_prev_hash_mismatch';
  }
}

function startFault(event: ChainLink, { sequence, hash }: ChainStart): LineFault | undefined {
  if (event.sequence !== sequence) return 'sequence_broken';
  if (event.prev_hash !== hash) return 'prev_hash_mismatch';
  const opening = sequence === 0 ? 'log_opened' : 'segment_opened';
  return event.event_type === opening ? undefined : 'not_log_opened';
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch (cause) {
    throw new AuditLineError('not_json', 'the line is not JSON', { cause });
  }
  if (isObject(value)) return value;
  throw new AuditLineError('not_an_event', 'the line is not a JSON object');
}

function firstWrongMember(event: Record<string, unknown>): string | undefined {
  if (!matches(event['event_id'], UUID_V7)) return 'event_id';
  if (!matches(event['event_type'], EVENT_TYPE)) return 'event_type';
  if (!isCount(event['sequence'])) return 'sequence';
  if (typeof event['timestamp'] !== 'string' || !isRecordedTime(event['timestamp'])) return 'timestamp';
  if (!matches(event['prev_hash'], HASH)) return 'prev_hash';
  if (!matches(event['hash'], HASH)) return 'hash';
  return (
    OBJECT_MEMBERS.find((name) => event[name] !== undefined && !isObject(event[name])) ??
    TEXT_MEMBERS.find((name) => !isTextOrAbsent(event[name])) ??
    wrongTraceMember(event)
  );
}

/** An event has all three trace members or none. */
function wrongTraceMember(event: Record<string, unknown>): string | undefined {
  const hasTrace = event['trace_id'] !== undefined;
  if (!isTextOrAbsent(event['trace_id'])) return 'trace_id';
  if (hasTrace !== isCount(event['trace_sequence'])) return 'trace_sequence';
  return hasTrace === matches(event['trace_prev_hash'], HASH) ? undefined : 'trace_prev_hash';
}

/** What no canonical form exists for (a lone surrogate behind an escape) is in no canonical line either. */
function canonicalLine(event: AuditEvent): string | undefined {
  try {
    return canonicalJson(event);
  } catch {
    return undefined;
  }
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
