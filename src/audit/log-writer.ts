import type { Digest } from '../tlog/tree-hash.ts';
import type { ActiveFile } from './active-file.ts';
import { AuditEventError } from './audit-error.ts';
import { AuditUnavailable, type LogFailure, type OpenedAuditLog } from './audit-log.ts';
import { blobDirectory, removeBlobs, storeBlob } from './blob.ts';
import type { CommittedGroup, EventGroup, TraceHead } from './event.ts';
import type { EventChain, SealedGroup } from './event-chain.ts';
import type { PendingBytes } from './pending-bytes.ts';
import { type PreparedGroup, prepareGroup } from './prepared-group.ts';
import type { TraceHeads } from './trace-heads.ts';

/** How much may wait, and how much goes to the disk at once. */
export type LogLimits = {
  /** Events waiting from which `append` rejects as busy. */
  maxWaitingEvents: number;
  /** Bytes waiting, blobs included, from which `append` rejects as busy. */
  maxWaitingBytes: number;
  /** Groups of one batch at most. */
  maxBatchGroups: number;
  /** Bytes of one batch from which no further group joins it. */
  maxBatchBytes: number;
  /** Heads of committed traces kept in memory. */
  maxTraceHeads: number;
  /** Bytes from which a file is closed as a segment. */
  maxSegmentBytes: number;
};

/** Is told of groups once they are durable, and of the leaves of their lines in the log's tree. */
export type OnCommit = (groups: readonly CommittedGroup[], leaves: readonly Digest[]) => void | Promise<void>;

/** What the writer works on: a file that ends exactly where `chain` goes on. */
export type WriterParts = {
  origin: string;
  /** Path of the log. */
  file: string;
  active: ActiveFile;
  chain: EventChain;
  /** Where `chain` puts what is to be written. */
  pending: PendingBytes;
  heads: TraceHeads;
  limits: LogLimits;
  onCommit: OnCommit;
  /** Called once when the log is closed. */
  release: () => void;
};

type WaitingGroup = SealedGroup & {
  /** The first group of the next file. */
  opensSegment?: true;
  resolve: (group: CommittedGroup) => void;
  reject: (error: Error) => void;
};

/**
 * The one writer of a log: a queue, and one loop that carries it to the disk in batches.
 *
 * While one batch is being synced the next one forms, so the more callers wait, the fewer syncs each of them
 * pays for; no timer is involved. The first failure is final: what waits and what comes is rejected, and neither
 * the write nor the sync is tried again, because after a failed sync the kernel may count lost pages as written.
 */
export class LogWriter implements OpenedAuditLog {
  readonly origin: string;
  readonly #parts: WriterParts;
  /** Blobs that lines of this opening refer to, by the digits of their names. */
  readonly #blobs = new Set<string>();
  #waiting: WaitingGroup[] = [];
  #waitingEvents = 0;
  #waitingBytes = 0;
  #failure: { cause: unknown } | undefined;
  #isClosed = false;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.origin = parts.origin;
  }

  get state(): OpenedAuditLog['state'] {
    if (this.#isClosed) return 'closed';
    if (this.#failure !== undefined) return 'broken';
    const { maxWaitingEvents, maxWaitingBytes } = this.#parts.limits;
    return this.#waitingEvents >= maxWaitingEvents || this.#waitingBytes >= maxWaitingBytes ? 'busy' : 'open';
  }

  get failure(): LogFailure | undefined {
    if (this.#failure === undefined) return undefined;
    const { cause } = this.#failure;
    const { code } = Object(cause) as { code?: unknown };
    const message = cause instanceof Error ? cause.message : String(cause);
    return { message, ...(typeof code === 'string' && { code }) };
  }

  get waiting(): number {
    return this.#waitingEvents;
  }

  get nextSequence(): number {
    return this.#parts.chain.sequence;
  }

  get size(): number {
    return this.#parts.active.size;
  }

  knownHead(traceId: string): TraceHead | undefined {
    return this.#parts.heads.get(traceId);
  }

  append(group: EventGroup, head?: TraceHead): Promise<CommittedGroup> {
    let prepared: PreparedGroup;
    try {
      prepared = prepareGroup(group);
    } catch (cause) {
      const message = `an event has no canonical form: ${String(cause)}`;
      return Promise.reject(new AuditEventError('event_invalid', message, { cause }));
    }
    return this.appendPrepared(prepared, head);
  }

  appendPrepared(group: PreparedGroup, head?: TraceHead): Promise<CommittedGroup> {
    const { state } = this;
    if (state !== 'open') return Promise.reject(this.#unavailable(state));
    const { promise, resolve, reject } = Promise.withResolvers<CommittedGroup>();
    try {
      const { chain, limits } = this.#parts;
      this.#enqueueOwn(chain.tick());
      this.#enqueueOwn(chain.beginSegment(this.origin, limits.maxSegmentBytes), { opensSegment: true });
      this.#enqueue({ ...chain.seal(group, head), resolve, reject });
    } catch (error) {
      reject(error);
    }
    return promise;
  }

  async removeBlobs(names: readonly string[]): Promise<void> {
    await removeBlobs(
      blobDirectory(this.#parts.file),
      names.filter((name) => !this.#blobs.has(name)),
    );
  }

  stop(cause: unknown): void {
    this.#failure ??= { cause };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    // Every batch is synced before it is answered, so an empty queue leaves nothing to sync.
    await this.#draining;
    this.#parts.active.close();
    this.#parts.release();
  }

  /** An event of the log itself. Nobody waits for it: if it is lost, so is everything behind it. */
  #enqueueOwn(group: EventGroup | undefined, marks: Pick<WaitingGroup, 'opensSegment'> = {}): void {
    if (group === undefined) return;
    const sealed = this.#parts.chain.seal(prepareGroup(group));
    this.#enqueue({ ...sealed, ...marks, resolve: ignore, reject: ignore });
  }

  #enqueue(group: WaitingGroup): void {
    this.#waiting.push(group);
    this.#waitingEvents += eventsOf(group);
    this.#waitingBytes += weight(group);
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // Requests that were read in the same turn of the event loop share the first batch.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0 && this.#failure === undefined)
      await this.#commitBatch(this.#takeBatch());
    this.#draining = undefined;
    if (this.#failure !== undefined) this.#settle(this.#waiting.splice(0), this.#unavailable('broken'));
  }

  async #commitBatch(batch: WaitingGroup[]): Promise<void> {
    try {
      await this.#write(batch);
    } catch (cause) {
      this.#failure = { cause };
      this.#settle(batch, this.#unavailable('broken'));
      return;
    }
    try {
      const groups = batch.map(({ committed }) => committed);
      await this.#parts.onCommit(
        groups,
        batch.flatMap(({ leaves }) => leaves),
      );
    } catch (cause) {
      // Durable all the same, so the batch is answered. But an index that missed it gives wrong trace heads
      // from now on: the log stops until it is reopened and the index has caught up.
      this.#failure = { cause };
    }
    this.#settle(batch);
  }

  /** Writes the batch and makes it durable. Blobs first: no line may name one that is not there. */
  async #write(batch: WaitingGroup[]): Promise<void> {
    const { active, file, pending } = this.#parts;
    for (const { blobs } of batch) {
      // Before any of them is looked for: whoever takes blobs away leaves these.
      for (const { hash } of blobs) this.#blobs.add(hash.slice('sha256:'.length));
      for (const blob of blobs) await storeBlob(blobDirectory(file), blob);
    }
    const [first] = batch;
    if (first?.opensSegment) active.beginNext(first.committed.first_sequence);
    const size = batch.reduce((sum, { committed }) => sum + committed.bytes, 0);
    await active.append(pending.first(size));
    pending.release(size);
  }

  #takeBatch(): WaitingGroup[] {
    const { maxBatchGroups, maxBatchBytes } = this.#parts.limits;
    let bytes = 0;
    let count = 0;
    for (const { committed, opensSegment } of this.#waiting) {
      const isFull = count === maxBatchGroups || bytes + committed.bytes > maxBatchBytes;
      if (count > 0 && (isFull || opensSegment)) break;
      bytes += committed.bytes;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Lets go of groups: answered when they are durable, rejected otherwise. */
  #settle(batch: WaitingGroup[], error?: AuditUnavailable): void {
    for (const group of batch) {
      this.#waitingEvents -= eventsOf(group);
      this.#waitingBytes -= weight(group);
      if (error !== undefined) {
        group.reject(error);
        continue;
      }
      const traceId = group.committed.context.trace_id;
      if (traceId !== undefined) this.#parts.heads.commit(traceId);
      group.resolve(group.committed);
    }
  }

  #unavailable(why: 'busy' | 'broken' | 'closed'): AuditUnavailable {
    const broken = `a write failed (${this.failure?.message})`;
    const message = { busy: 'too many events wait', broken, closed: 'it is closed' }[why];
    return new AuditUnavailable(why, `the audit log cannot take events: ${message}`, this.#failure);
  }
}

function eventsOf({ committed }: SealedGroup): number {
  return committed.last_sequence - committed.first_sequence + 1;
}

function weight({ committed, blobs }: SealedGroup): number {
  return blobs.reduce((sum, { text }) => sum + text.length, committed.bytes);
}

function ignore(): void {
  // The writer's own events have no caller.
}
