import { AuditLineError, type LineFault } from '../audit/audit-error.ts';
import { type BlobReference, blobReference } from '../audit/blob.ts';
import type { AuditEvent, TraceHead } from '../audit/event.ts';
import { FORMAT } from '../audit/event-chain.ts';
import { type ChainLink, checkLine } from '../audit/event-check.ts';
import { NO_HASH } from '../audit/event-line.ts';
import { scanLine, scannedTenantId } from '../audit/line-scan.ts';
import { offsetIn } from '../audit/log-files.ts';
import { withPayload } from '../audit/span-reader.ts';
import { canonicalString } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject } from '../json/value.ts';
import { TreeFrontier } from '../tlog/tree-frontier.ts';
import { type Digest, leafHash } from '../tlog/tree-hash.ts';
import { type Refusal, RefusedRun } from './ingest-error.ts';
import type { Accepted, OriginRecord } from './origin-record.ts';
import { holdsPlan } from './plan-shape.ts';

/** What a run is held against: the log as far as it was taken over. */
export type Base = {
  auditFile: string;
  record: OriginRecord;
  accepted: Accepted;
  /** The tree over what was taken over: roots of its complete subtrees, and single leaves. */
  frontier: readonly Digest[];
  leaf(sequence: number): Digest;
  /** The last event of a trace in what was taken over. */
  head(traceId: string): Promise<TraceHead | undefined>;
  /** The text of a blob that came with the run. */
  blob(hash: string): string | undefined;
};

/** What is needed of a line: of one that says something of its log, or refers to a blob, everything. */
type Read = ChainLink & Pick<AuditEvent, 'tenant_id' | 'payload'>;

/** Text that is the same in a line and out of it. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Traces of one run: their heads are in memory until it ends. */
const MAX_TRACES = 100_000;

/** Holds the lines of one run against the log so far, one after the other. Changes nothing. */
export class RunCheck {
  readonly #base: Base;
  /** The tenant as its bytes are in a line. */
  readonly #tenant: string;
  readonly #heads = new Map<string, TraceHead>();
  readonly leaves: Digest[] = [];
  /** What new events of the run name: blobs that came with it, and versions of policies. */
  readonly named = { blobs: new Set<string>(), policies: new Set<string>() };
  readonly frontier: TreeFrontier;
  duplicates = 0;
  /** Events up to the last one of the run; absent while it had none. */
  through: number | undefined;
  /** The log with what was taken of this run. */
  end: Accepted;

  constructor(base: Base) {
    this.#base = base;
    this.end = base.accepted;
    this.#tenant = Buffer.from(canonicalString(base.record.tenant_id)).toString('latin1').slice(1, -1);
    this.frontier = TreeFrontier.from(base.accepted.events, base.frontier);
  }

  /** True where the line is new and holds; false where it was there before. Throws `RefusedRun`. */
  async take(raw: Buffer): Promise<boolean> {
    const event = this.#read(raw);
    const { sequence } = event;
    this.through = sequence + 1;
    if (sequence < this.end.events) {
      if (this.#leafAt(sequence) !== leafHash(raw))
        throw conflict('fork', sequence, `event ${sequence} is another one than was handed over before`);
      this.duplicates += 1;
      return false;
    }
    this.#follow(event);
    await this.#assertTrace(event);
    await this.#assertPayload(event);
    for (const version of policiesNamedIn(raw)) this.named.policies.add(version);
    this.#add(event, raw);
    return true;
  }

  /** An ordinary line is looked at once, byte by byte; whatever else it may be is read in full. */
  #read(raw: Buffer): Read {
    const link = scanLine(raw);
    if (link !== undefined && this.#isOrdinary(link)) return link;
    try {
      return checkLine(raw);
    } catch (error) {
      throw this.#asRefusal(error);
    }
  }

  #isOrdinary({ event_type, trace_id = '' }: ChainLink): boolean {
    const tenant = scannedTenantId();
    return (
      event_type !== 'plan_received' &&
      PLAIN.test(trace_id) &&
      (tenant === undefined || tenant === this.#tenant)
    );
  }

  #asRefusal(error: unknown): unknown {
    if (!(error instanceof AuditLineError)) return error;
    return refused(error.reason, this.end.events, `event ${this.end.events} does not hold: ${error.message}`);
  }

  #follow(event: Read): void {
    const { sequence } = event;
    const { events, hash, timestamp } = this.end;
    if (sequence > events)
      throw conflict('gap', events, `event ${events} was to come next, and this one is ${sequence}`);
    if (event.prev_hash !== hash) {
      const isAgainstKept = events > 0 && events === this.#base.accepted.events;
      if (isAgainstKept)
        throw conflict('fork', events, `event ${events} follows from another one than ${events - 1} here`);
      throw this.#broken('prev_hash_mismatch');
    }
    if (event.timestamp < timestamp) throw this.#broken('time_ran_backwards');
    this.#assertOwn(event);
    const { tenant_id } = this.#base.record;
    if (event.tenant_id !== undefined && event.tenant_id !== tenant_id)
      throw refused('tenant_mismatch', events, `event ${events} is of tenant ${event.tenant_id}`);
  }

  /** What the log says of itself. */
  #assertOwn(event: Read): void {
    const { events, bytes } = this.end;
    const { event_type, payload = {} } = event;
    if (events === 0 && event_type !== 'log_opened') throw this.#broken('not_log_opened');
    const namesItself = event_type === 'log_opened' || event_type === 'segment_opened';
    const { origin } = this.#base.record;
    if (namesItself && (payload['origin'] !== origin || payload['format'] !== FORMAT))
      throw refused(
        'foreign_log',
        events,
        `event ${events} is of the log ${payload['origin']}, not of ${origin}`,
      );
    if (event_type === 'segment_opened' && offsetIn(event) !== bytes) throw this.#broken('segment_misplaced');
  }

  async #assertTrace({ trace_id, trace_sequence, trace_prev_hash }: Read): Promise<void> {
    if (trace_id === undefined) return;
    const head = this.#heads.get(trace_id) ?? (await this.#base.head(trace_id));
    if (trace_sequence !== (head?.trace_sequence ?? -1) + 1) throw this.#broken('trace_sequence_broken');
    if (trace_prev_hash !== (head?.hash ?? NO_HASH)) throw this.#broken('trace_prev_hash_mismatch');
  }

  /** A payload that is not in its line has to have come before it; one that is read back has to be what it is read as. */
  async #assertPayload(event: Read): Promise<void> {
    const whole = event.payload?.['blob'] === undefined ? event : await this.#whole(event as AuditEvent);
    if (event.event_type !== 'plan_received' || holdsPlan(whole.payload)) return;
    const { events } = this.end;
    throw refused('malformed_event', events, `event ${events} is a plan_received without a plan`);
  }

  async #whole(event: AuditEvent): Promise<AuditEvent> {
    const reference = blobReference(event.payload);
    const text = reference === undefined ? undefined : this.#base.blob(reference.blob);
    if (reference !== undefined && text !== undefined) {
      this.named.blobs.add(reference.blob);
      return { ...event, payload: this.#payloadIn(text, reference) };
    }
    try {
      return await withPayload(this.#base.auditFile, event);
    } catch (error) {
      throw this.#asRefusal(error);
    }
  }

  #payloadIn(text: string, { blob, bytes }: BlobReference): JsonObject {
    const { events } = this.end;
    const payload = Buffer.byteLength(text) === bytes ? objectIn(text) : undefined;
    if (payload !== undefined) return payload;
    throw refused('blob_mismatch', events, `event ${events} names ${blob}, which is not the payload it says`);
  }

  #add({ trace_id, trace_sequence = 0, hash, timestamp }: Read, raw: Buffer): void {
    const leaf = leafHash(raw);
    this.leaves.push(leaf);
    this.frontier.append(leaf);
    if (trace_id !== undefined) this.#heads.set(trace_id, { trace_sequence, hash });
    if (this.#heads.size > MAX_TRACES)
      throw refused(
        'too_many_traces',
        this.end.events,
        `one request hands over at most ${MAX_TRACES} traces`,
      );
    const { events, bytes } = this.end;
    this.end = { events: events + 1, bytes: bytes + raw.length + 1, hash, timestamp };
  }

  #leafAt(sequence: number): Digest {
    const { events } = this.#base.accepted;
    return sequence < events ? this.#base.leaf(sequence) : (this.leaves[sequence - events] ?? '');
  }

  #broken(reason: LineFault): RefusedRun {
    const { events } = this.end;
    return refused(reason, events, `event ${events} does not follow: ${reason}`);
  }
}

const POLICIES = /"policy_bundle":"(sha256:[0-9a-f]{64})"/g;

/** Versions of policies that a line speaks of, wherever in it: more than it was decided under, never less. */
function policiesNamedIn(line: Buffer): string[] {
  return [...line.toString('latin1').matchAll(POLICIES)].map(([, version = '']) => version);
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function refused(reason: string, sequence: number | undefined, message: string): RefusedRun {
  return new RefusedRun(refusalOf('ingest_refused', { reason, sequence, message }));
}

/** For what holds by itself, and not together with what was handed over before. */
export function conflict(reason: string, sequence: number | undefined, message: string): RefusedRun {
  return new RefusedRun(refusalOf('ingest_conflict', { reason, sequence, message }));
}

function refusalOf(
  code: Refusal['code'],
  { reason, sequence, message }: { reason: string; sequence: number | undefined; message: string },
): Refusal {
  return { code, reason, message, ...(sequence !== undefined && { sequence }) };
}
