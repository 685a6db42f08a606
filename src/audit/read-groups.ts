import { parseJson } from '../json/parse-json.ts';
import { withoutUndefined } from '../json/without-undefined.ts';
import { AuditLineError } from './audit-error.ts';
import type { AuditEvent, CommittedGroup, EventContext, EventDraft } from './event.ts';
import { type ChainLink, checkLine, type LogLink, linkFault } from './event-check.ts';
import { eventContext } from './event-context.ts';
import { MAX_LINE_BYTES } from './event-line.ts';
import { LineContext } from './line-context.ts';
import { decodeLine, type RawLine } from './line-reader.ts';
import { scanLine, scannedEventId } from './line-scan.ts';
import { placedIn, readLogLines } from './log-files.ts';
import type { LogReader } from './log-reader.ts';
import { withPayload } from './span-reader.ts';

/** Groups handed out at once. */
const GROUPS_PER_BATCH = 500;
/** A group read back is no longer than this, however many events in a row belong together. */
const MAX_EVENTS_PER_GROUP = 1_000;

/**
 * The groups of a log from byte `fromOffset` (the start of a line) up to `toOffset`, in batches, for bringing a view of
 * the log up to date. Events in a row with one context are one group; a group as it was appended may come back in two
 * or joined with its neighbour, which no view may depend on. Events of the types `unread` are counted in their groups
 * and not among their events.
 *
 * Throws `AuditLineError` for a line whose hash does not hold, and for one that does not follow from the line before it, with
 * its place: a view is never built from a line that was changed, also where it was given the hash of what it says now.
 */
export async function* readGroups(
  file: string,
  fromOffset: number,
  toOffset: number,
  unread: ReadonlySet<string> = new Set(),
): AsyncGenerator<CommittedGroup[], void> {
  const reader = new GroupReader(unread);
  for await (const lines of readLogLines(file, fromOffset, toOffset)) {
    for (const line of lines) {
      if (!line.isWhole || reader.takeAtOnce(line)) continue;
      await takeChecked(reader, file, line);
    }
    // The last group may go on in the next chunk.
    if (reader.groups > GROUPS_PER_BATCH) yield reader.finished(1);
  }
  const rest = reader.finished(0);
  if (rest.length > 0) yield rest;
}

async function takeChecked(reader: GroupReader, file: string, line: RawLine): Promise<void> {
  try {
    reader.take(await withPayload(file, checkLine(line.raw)), line);
  } catch (error) {
    throw await placedIn(file, error, { offset: line.offset, after: reader.last });
  }
}

class GroupReader {
  readonly #unread: ReadonlySet<string>;
  #batch: CommittedGroup[] = [];
  #last: LogLink | undefined;
  /** Of the last group, where its lines came as bytes. */
  #context: LineContext | undefined;

  constructor(unread: ReadonlySet<string>) {
    this.#unread = unread;
  }

  get groups(): number {
    return this.#batch.length;
  }

  /** The sequence of the last event that was taken. */
  get last(): number | undefined {
    return this.#last?.sequence;
  }

  /** All groups but the last `kept`. */
  finished(kept: 0 | 1): CommittedGroup[] {
    const done = this.#batch.slice(0, this.#batch.length - kept);
    this.#batch = this.#batch.slice(done.length);
    return done;
  }

  /** Takes an ordinary line without parsing what no view needs of it; false where it has to be checked in full. */
  takeAtOnce(line: RawLine): boolean {
    const { raw } = line;
    const link = scanLine(raw);
    if (link === undefined || linkFault(link, this.#last) !== undefined) return false;
    const event = { event_id: scannedEventId(), ...link };
    const last = this.#batch.at(-1);
    const mayContinue = last !== undefined && mayFollow(last, link);
    // What came before was parsed, so this has to be as well, to be compared.
    if (mayContinue && this.#context === undefined) return false;
    const continues = mayContinue && this.#context?.isThatOf(raw) === true;
    const group = continues ? last : this.#begin(event, line);
    if (continues) extend(group, event, raw.length + 1);
    if (!this.#unread.has(link.event_type))
      this.#add(group, parseJson(decodeLine(raw)) as unknown as AuditEvent);
    this.#last = link;
    return true;
  }

  /** Takes an event that was checked in full. */
  take(event: AuditEvent, line: RawLine): void {
    this.#assertFollows(event);
    this.#last = event;
    const last = this.#batch.at(-1);
    const context = eventContext(event);
    if (last !== undefined && mayFollow(last, event) && isSame(context, last.context)) {
      extend(last, event, line.raw.length + 1);
      this.#add(last, event);
      return;
    }
    const group = groupOf(event, context, line);
    this.#add(group, event);
    this.#batch.push(group);
    this.#context = undefined;
  }

  #assertFollows(event: AuditEvent): void {
    const fault = linkFault(event, this.#last);
    if (fault === undefined) return;
    const message = `it does not follow from event ${this.last}: one of the two is not what was written`;
    throw new AuditLineError(fault, message);
  }

  #add(group: CommittedGroup, event: AuditEvent): void {
    if (!this.#unread.has(event.event_type)) (group.events as EventDraft[]).push(draftOf(event));
  }

  #begin(event: Placed, line: RawLine): CommittedGroup {
    this.#context = new LineContext(line.raw);
    const group = groupOf(event, this.#context.value(), line);
    this.#batch.push(group);
    return group;
  }
}

/** What tells where an event stands. */
type Placed = ChainLink & { event_id: string };

function isSame(one: EventContext, other: EventContext): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Every decision starts with `plan_received`, so two decisions on one plan never become one group. */
function mayFollow(group: CommittedGroup, event: ChainLink): boolean {
  return (
    event.event_type !== 'plan_received' &&
    event.trace_id !== undefined &&
    group.last_sequence - group.first_sequence + 1 < MAX_EVENTS_PER_GROUP &&
    event.timestamp === group.timestamp
  );
}

function groupOf(event: Placed, context: EventContext, { raw, offset }: RawLine): CommittedGroup {
  const group: CommittedGroup = {
    context,
    events: [],
    first_sequence: event.sequence,
    last_sequence: event.sequence,
    first_event_id: event.event_id,
    last_event_id: event.event_id,
    hash: event.hash,
    offset,
    bytes: raw.length + 1,
    timestamp: event.timestamp,
  };
  if (event.trace_sequence !== undefined) group.trace_sequence = event.trace_sequence;
  return group;
}

function extend(group: CommittedGroup, event: Placed, bytes: number): void {
  group.last_sequence = event.sequence;
  group.last_event_id = event.event_id;
  group.hash = event.hash;
  group.bytes += bytes;
  if (event.trace_sequence !== undefined) group.trace_sequence = event.trace_sequence;
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
  return (await eventBefore(log, offset))?.hash;
}

/** The event whose line ends at byte `offset`; `undefined` where no intact line ends there. */
export async function eventBefore(log: LogReader, offset: number): Promise<AuditEvent | undefined> {
  try {
    const tail = await log.readBefore(offset, MAX_LINE_BYTES + 2);
    if (tail.at(-1) !== 10) return undefined;
    return checkLine(tail.subarray(tail.lastIndexOf(10, -2) + 1, -1));
  } catch (error) {
    if (error instanceof AuditLineError) return undefined;
    throw error;
  }
}
