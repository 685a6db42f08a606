import { closeSync } from 'node:fs';
import type { Digest } from '../tlog/tree-hash.ts';
import { AuditEventError } from './audit-error.ts';
import { AuditUnavailable, type OpenedAuditLog } from './audit-log.ts';
import { type Blob, blobDirectory, storeBlob } from './blob.ts';
import type { CommittedGroup, EventGroup, TraceHead } from './event.ts';
import type { EventChain, SealedGroup } from './event-chain.ts';
import { type FileIo, writeFully } from './file-io.ts';
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
};

/** Is told of groups once they are durable, and of the leaves of their lines in the log's tree. */
export type OnCommit = (groups: readonly CommittedGroup[], leaves: readonly Digest[]) => void | Promise<void>;

/** What the writer works on: an open descriptor that nobody else uses, ending exactly where `chain` goes on. */
export type WriterParts = {
  origin: string;
  file: string;
  fd: number;
  /** Bytes in the file now. */
  size: number;
  chain: EventChain;
  /** Where `chain` puts what is to be written. */
  pending: PendingBytes;
  heads: TraceHeads;
  io: FileIo;
  limits: LogLimits;
  onCommit: OnCommit;
  /** Called once when the log is closed. */
  release: () => void;
};

type WaitingGroup = SealedGroup & {
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
  readonly #inode: { ino: number; dev: number };
  #waiting: WaitingGroup[] = [];
  #waitingEvents = 0;
  #waitingBytes = 0;
  #size: number;
  #failure: { cause: unknown } | undefined;
  #isClosed = false;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.origin = parts.origin;
    this.#size = parts.size;
    const { ino, dev } = parts.io.stat(parts.file);
    this.#inode = { ino, dev };
  }

  get state(): OpenedAuditLog['state'] {
    if (this.#isClosed) return 'closed';
    if (this.#failure !== undefined) return 'broken';
    const { maxWaitingEvents, maxWaitingBytes } = this.#parts.limits;
    return this.#waitingEvents >= maxWaitingEvents || this.#waitingBytes >= maxWaitingBytes ? 'busy' : 'open';
  }

  get waiting(): number {
    return this.#waitingEvents;
  }

  get nextSequence(): number {
    return this.#parts.chain.sequence;
  }

  get size(): number {
    return this.#size;
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
      const { chain } = this.#parts;
      const clockStep = chain.tick();
      // Nobody waits for this one: if it is lost, so is everything behind it.
      if (clockStep !== undefined)
        this.#enqueue({ ...chain.seal(prepareGroup(clockStep)), resolve: ignore, reject: ignore });
      this.#enqueue({ ...chain.seal(group, head), resolve, reject });
    } catch (error) {
      reject(error);
    }
    return promise;
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
    closeSync(this.#parts.fd);
    this.#parts.release();
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
    const { io, fd, file, pending } = this.#parts;
    for (const { blobs } of batch) {
      if (blobs.length > 0) await storeBlobs(file, blobs);
    }
    this.#assertUndisturbed();
    const size = batch.reduce((sum, { committed }) => sum + committed.bytes, 0);
    try {
      await writeFully(io, fd, { buffer: pending.first(size), position: this.#size });
      await io.sync(fd);
    } catch (cause) {
      this.#takeBack();
      throw cause;
    }
    pending.release(size);
    this.#size += size;
  }

  /**
   * Cuts off what a failed batch has written: its callers are told that nothing was recorded, and a whole line left
   * behind would count at the next start. Where even this fails, such a line is one that was never answered.
   */
  #takeBack(): void {
    const { io, fd } = this.#parts;
    try {
      io.truncate(fd, this.#size);
    } catch {
      // The log is broken already, and says so.
    }
  }

  /** Throws when the file is not the one that was opened, or not as long as it was left. */
  #assertUndisturbed(): void {
    const { ino, dev, size } = this.#parts.io.stat(this.#parts.file);
    if (ino !== this.#inode.ino || dev !== this.#inode.dev)
      throw new Error('the audit log file was replaced');
    if (size !== this.#size) {
      throw new Error(
        `the audit log file has ${size} bytes instead of ${this.#size}: someone else wrote to it`,
      );
    }
  }

  #takeBatch(): WaitingGroup[] {
    const { maxBatchGroups, maxBatchBytes } = this.#parts.limits;
    let bytes = 0;
    let count = 0;
    for (const { committed } of this.#waiting) {
      if (count === maxBatchGroups || (count > 0 && bytes + committed.bytes > maxBatchBytes)) break;
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
    const message = { busy: 'too many events wait', broken: 'a write failed', closed: 'it is closed' }[why];
    return new AuditUnavailable(why, `the audit log cannot take events: ${message}`, this.#failure);
  }
}

function eventsOf({ committed }: SealedGroup): number {
  return committed.last_sequence - committed.first_sequence + 1;
}

function weight({ committed, blobs }: SealedGroup): number {
  return blobs.reduce((sum, { text }) => sum + text.length, committed.bytes);
}

async function storeBlobs(file: string, blobs: readonly Blob[]): Promise<void> {
  for (const blob of blobs) await storeBlob(blobDirectory(file), blob);
}

function ignore(): void {
  // The writer's own events have no caller.
}
