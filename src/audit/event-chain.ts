import { canonicalJson, sha256 } from '../json/canonical.ts';
import { type Digest, leafHash } from '../tlog/tree-hash.ts';
import { AuditEventError } from './audit-error.ts';
import { type Blob, type BlobReference, looksLikeReference } from './blob.ts';
import type { CommittedGroup, EventGroup, TraceHead } from './event.ts';
import { EventIds } from './event-id.ts';
import { type EventPlace, eventLine, MAX_LINE_BYTES, NO_HASH } from './event-line.ts';
import { LogClock } from './log-clock.ts';
import type { PendingBytes } from './pending-bytes.ts';
import type { GroupFrame, PreparedEvent, PreparedGroup } from './prepared-group.ts';
import type { TraceHeads } from './trace-heads.ts';

/** The format that the first event of each file names; docs/audit-format.md describes it. */
export const FORMAT = 'aisecops-audit/1';

/** The end of a log, from which its chain goes on. */
export type LogEnd = {
  /** Sequence of the next event. */
  sequence: number;
  /** Hash of the last event; 64 zeros for a new log. */
  hash: string;
  /** Bytes of the log up to here. */
  size: number;
  /** Bytes of the log before the file that is written to. */
  segmentStart: number;
  /** Time of the last event, milliseconds since 1970; 0 for a new log. */
  lastMs: number;
};

/**
 * A group whose lines wait to be written: its place is fixed, and everything queued later builds on it. `leaves` are
 * those of its lines in the log's tree.
 */
export type SealedGroup = { committed: CommittedGroup; blobs: Blob[]; leaves: Digest[] };

/** The last event of a trace that has none yet. */
const NO_HEAD: TraceHead = { trace_sequence: -1, hash: NO_HASH };

/**
 * Gives groups their place in the log: sequence, links, ids, time and bytes, which it adds to those that wait to be
 * written. Pure computing, no I/O.
 *
 * `seal` either succeeds or changes nothing. What it returned MUST become durable in the same order, or the
 * chain is of no further use.
 */
export class EventChain {
  readonly #clock: LogClock;
  readonly #heads: TraceHeads;
  readonly #ids = new EventIds();
  readonly #pending: PendingBytes;
  #sequence: number;
  #hash: string;
  #size: number;
  #segmentStart: number;

  constructor(end: LogEnd, clock: () => number, parts: { heads: TraceHeads; pending: PendingBytes }) {
    this.#sequence = end.sequence;
    this.#hash = end.hash;
    this.#size = end.size;
    this.#segmentStart = end.segmentStart;
    this.#clock = new LogClock(clock, end.lastMs);
    this.#heads = parts.heads;
    this.#pending = parts.pending;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Takes the time for what is sealed next. When the clock jumped back, answers the group that says so. */
  tick(): EventGroup | undefined {
    const step = this.#clock.tick();
    if (step === undefined) return undefined;
    const payload = { ...step, step_ms: step.to_ms - step.from_ms };
    return { context: {}, events: [{ event_type: 'clock_stepped', payload }] };
  }

  /**
   * The group that begins the next file, where the one that is written to has come to `maxBytes`. It MUST be sealed
   * next, and what is sealed from then on belongs into the next file.
   */
  beginSegment(origin: string, maxBytes: number): EventGroup | undefined {
    if (this.#size - this.#segmentStart < maxBytes) return undefined;
    this.#segmentStart = this.#size;
    const payload = { origin, format: FORMAT, offset: this.#size };
    return { context: {}, events: [{ event_type: 'segment_opened', payload }] };
  }

  /** Seals one group. Throws `AuditEventError` for a group that no log could hold. */
  seal(group: PreparedGroup, head?: TraceHead): SealedGroup {
    const { context, events } = group;
    const count = group.lines.length;
    if (count === 0) throw new AuditEventError('event_invalid', 'a group has at least one event');
    const traceId = context.trace_id;
    const known = traceId === undefined ? undefined : this.#heads.get(traceId);
    const before = this.#pending.size;
    const lines = this.#lines(group, known ?? head ?? NO_HEAD);
    const bytes = this.#pending.size - before;
    const committed: CommittedGroup = {
      context,
      events,
      first_sequence: this.#sequence,
      last_sequence: this.#sequence + count - 1,
      first_event_id: lines.firstId,
      last_event_id: lines.lastId,
      hash: lines.hash,
      offset: this.#size,
      bytes,
      timestamp: this.#clock.timestamp,
    };
    if (traceId !== undefined) {
      committed.trace_sequence = lines.traceSequence;
      this.#heads.advance(traceId, { trace_sequence: lines.traceSequence, hash: lines.hash });
    }
    this.#sequence += count;
    this.#hash = lines.hash;
    this.#size += bytes;
    return { committed, blobs: lines.blobs, leaves: lines.leaves };
  }

  #lines({ frame, lines }: PreparedGroup, head: TraceHead) {
    const blobs: Blob[] = [];
    const leaves: Digest[] = [];
    const place: EventPlace = {
      event_id: '',
      sequence: this.#sequence,
      prev_hash: this.#hash,
      trace_sequence: head.trace_sequence + 1,
      trace_prev_hash: head.hash,
      timestamp: this.#clock.timestamp,
    };
    let firstId = '';
    const before = this.#pending.size;
    try {
      for (const event of lines) {
        place.event_id = this.#ids.next(this.#clock.ms);
        if (firstId === '') firstId = place.event_id;
        const { line, hash } = boundedLine(frame, event, { place, blobs });
        leaves.push(leafHash(this.#pending.add(`${line}\n`).subarray(0, -1)));
        place.sequence += 1;
        place.trace_sequence += 1;
        place.prev_hash = hash;
        place.trace_prev_hash = hash;
      }
    } catch (error) {
      this.#pending.takeBack(before);
      throw error;
    }
    const traceSequence = place.trace_sequence - 1;
    return { blobs, leaves, firstId, lastId: place.event_id, hash: place.prev_hash, traceSequence };
  }
}

/** The line of an event; a payload that does not fit, or could be taken for a reference, becomes one of `blobs`. */
function boundedLine(
  frame: GroupFrame,
  event: PreparedEvent,
  { place, blobs }: { place: EventPlace; blobs: Blob[] },
): { line: string; hash: string } {
  const { payload } = event;
  if (!looksLikeReference(payload)) {
    const sealed = eventLine(frame, event, { payload, place });
    if (fits(sealed.line)) return sealed;
  }
  const moved = payload === '' ? '' : moveTo(blobs, payload);
  const shorter = eventLine(frame, event, { payload: moved, place });
  if (fits(shorter.line)) return shorter;
  throw new AuditEventError(
    'event_too_large',
    `the ${event.event_type} event has ${Buffer.byteLength(shorter.line)} bytes without its payload; ` +
      `a line holds ${MAX_LINE_BYTES}`,
  );
}

/** Makes a payload a blob; answers the reference that stands in its place. */
function moveTo(blobs: Blob[], payload: string): string {
  const hash = sha256(payload);
  const reference: BlobReference = { blob: hash, bytes: Buffer.byteLength(payload) };
  blobs.push({ hash, text: payload });
  return canonicalJson(reference);
}

function fits(line: string): boolean {
  // A UTF-16 unit takes at most three bytes, so short lines need no counting.
  return line.length * 3 <= MAX_LINE_BYTES || Buffer.byteLength(line) <= MAX_LINE_BYTES;
}
