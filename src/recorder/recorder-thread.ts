import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AuditUnavailable } from '../audit/audit-log.ts';
import type { LogKeys } from '../audit/log-keys.ts';
import { LogReader } from '../audit/log-reader.ts';
import { openSignedLog, type SignedLog } from '../audit/open-signed-log.ts';
import type { PreparedGroup } from '../audit/prepared-group.ts';
import { hashBefore, readGroups } from '../audit/read-groups.ts';
import type { PurgeRequest } from '../retention/purge.ts';
import { catchUp } from '../store/catch-up.ts';
import { assertSeenLog } from '../store/sqlite/seen-log.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { UNREAD_EVENTS } from '../store/unread-events.ts';
import { Follower } from './follower.ts';
import { Purging } from './purging.ts';
import {
  type Confirmation,
  decodeGroup,
  encodeConfirmations,
  encodeError,
  type FromThread,
  type LogState,
  PROJECTED,
  PURGE,
  SIGN_CHECKPOINT,
  type ToThread,
} from './wire.ts';

/** The longest time for which events stand in no checkpoint, while nothing is wrong. */
const CHECKPOINT_INTERVAL_MS = 1_000;

/** What the thread is started with. */
export type RecorderData = {
  auditFile: string;
  storeFile: string;
  /** Names a new log; default: a name made up at random. */
  origin?: string;
  /** Bytes after which a file of the log is closed. */
  segmentBytes: number;
  /** The Ed25519 keys that sign checkpoints, or did. */
  logKeys: LogKeys;
  /** A file, best on another volume, to which each checkpoint is added as well. */
  checkpointCopy?: string;
};

/** The entry of the recorder's thread: opens log and store, and serves messages until it is told to close. */
async function main(port: MessagePort, data: RecorderData): Promise<void> {
  const { auditFile, storeFile } = data;
  const tell = (message: FromThread) => port.postMessage(message);
  try {
    const opened = await openSignedLog({
      file: auditFile,
      ...(data.origin === undefined ? {} : { origin: data.origin }),
      keys: data.logKeys,
      clock: () => Date.now(),
      limits: { maxSegmentBytes: data.segmentBytes },
      accept: ({ size }, start) => assertSeenLog(storeFile, auditFile, { start, size }),
      onCommit: (groups) => follower.take(groups),
      ...(data.checkpointCopy === undefined ? {} : { copy: data.checkpointCopy }),
      onCheckpointFailure: (cause, isFatal) => {
        tell({ type: 'checkpoint_failed', error: encodeError(cause) });
        if (!isFatal) return;
        log.stop(cause);
        tell({ type: 'log', log: thread.logState() });
      },
    });
    const { log, recovery, start, isHandedOver } = opened;
    // Behind the log: one that is refused leaves the store as it was, neither made nor migrated.
    const store = await openSqliteStore(storeFile);
    const follower = new Follower(store, (cause) => {
      log.stop(cause);
      tell({ type: 'log', log: thread.logState() });
    });
    const hashAt = (offset: number) => hashBefore(new LogReader(auditFile), offset);
    const caughtUp = await catchUp(store, {
      size: log.size,
      nextSequence: log.nextSequence,
      start,
      hashBefore: hashAt,
      groups: (from, to) => readGroups(auditFile, from, to, UNREAD_EVENTS),
    });
    const thread = new RecorderThread({ ...opened, auditFile, store, follower, tell });
    port.on('message', (message: ToThread) => thread.take(message));
    tell({
      ...{ type: 'opened', origin: log.origin, recovery: { ...recovery }, caughtUp, isHandedOver },
      log: thread.logState(),
    });
  } catch (error) {
    tell({ type: 'failed', error: encodeError(error) });
    port.close();
  }
}

type Parts = SignedLog & {
  auditFile: string;
  store: Store;
  follower: Follower;
  tell: (message: FromThread) => void;
};

class RecorderThread {
  readonly #parts: Parts;
  readonly #timer: NodeJS.Timeout;
  readonly #purging: Purging;
  #committed: Confirmation[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#purging = new Purging({ ...parts, opened: parts });
    this.#timer = setInterval(() => void parts.checkpointer.tick(), CHECKPOINT_INTERVAL_MS);
  }

  logState(): LogState {
    const { state, nextSequence, size, failure } = this.#parts.log;
    return { state, nextSequence, size, ...(failure !== undefined && { failure }) };
  }

  take(message: ToThread): void {
    if (message.type === 'append') {
      for (const { id, text } of message.groups) void this.#append(id, text);
    } else if (message.type === 'call') void this.#call(message);
    else void this.#close(message.id);
  }

  async #append(id: number, text: string): Promise<void> {
    const { log, tell } = this.#parts;
    try {
      if (this.#purging.gate !== undefined) await this.#purging.gate;
      const group = decodeGroup(text);
      this.#assertReadable(group);
      const { trace_id } = group.context;
      const isKnown = trace_id === undefined || group.new_trace || log.knownHead(trace_id) !== undefined;
      const head = isKnown ? undefined : (await this.#traceState(trace_id))?.head;
      const { last_sequence, hash, first_event_id, last_event_id } = await log.appendPrepared(group, head);
      this.#confirm({ id, last_sequence, hash, first_event_id, last_event_id });
    } catch (error) {
      tell({ type: 'rejected', id, error: encodeError(error), log: this.logState() });
    }
  }

  /** What the store could not follow must not become durable: it would stand in the log for good. */
  #assertReadable(group: PreparedGroup): void {
    try {
      this.#parts.store.assertReadable(group);
    } catch (cause) {
      const message = `the group was not recorded, because the store could not follow it: ${String(cause)}`;
      throw new AuditUnavailable('unreadable', message, { cause });
    }
  }

  async #traceState(traceId: string): ReturnType<Store['traceState']> {
    const { store, follower } = this.#parts;
    if (follower.isBehindOn(traceId)) await follower.catchUp();
    return store.traceState(traceId);
  }

  /** A batch resolves all at once: what was committed together is told together. */
  #confirm(confirmation: Confirmation): void {
    this.#committed.push(confirmation);
    if (this.#committed.length > 1) return;
    queueMicrotask(() => {
      const confirmations = encodeConfirmations(this.#committed);
      this.#committed = [];
      this.#parts.tell({ type: 'committed', confirmations, log: this.logState() });
    });
  }

  async #call({ id, method, args }: Extract<ToThread, { type: 'call' }>): Promise<void> {
    const { store, follower, checkpointer, tell } = this.#parts;
    try {
      if (method === SIGN_CHECKPOINT) {
        await checkpointer.signNow();
        tell({ type: 'answer', id, value: undefined });
        return;
      }
      if (method === PURGE) {
        tell({ type: 'answer', id, value: await this.#purging.run(args[0] as PurgeRequest | undefined) });
        return;
      }
      if (method === 'traceState') {
        tell({ type: 'answer', id, value: await this.#traceState(String(args[0])) });
        return;
      }
      await follower.catchUp();
      if (method === PROJECTED) {
        tell({ type: 'answer', id, value: (await store.applied())?.sequence ?? -1 });
        return;
      }
      const work = store[method as keyof Store] as (...given: unknown[]) => Promise<unknown>;
      tell({ type: 'answer', id, value: await work.apply(store, args) });
    } catch (error) {
      tell({ type: 'refusal', id, error: encodeError(error) });
    }
  }

  async #close(id: number): Promise<void> {
    const { log, store, follower, checkpointer, tell } = this.#parts;
    clearInterval(this.#timer);
    try {
      await log.close();
      await checkpointer.close();
      await follower.catchUp();
      await store.close();
      tell({ type: 'answer', id, value: undefined });
    } catch (error) {
      tell({ type: 'refusal', id, error: encodeError(error) });
    }
    parentPort?.close();
  }
}

if (parentPort !== null) void main(parentPort, workerData as RecorderData);
