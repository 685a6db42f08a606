import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { OpenedAuditLog } from '../audit/audit-log.ts';
import { openAuditLog } from '../audit/open-audit-log.ts';
import { hashBefore, readGroups } from '../audit/read-groups.ts';
import { catchUp } from '../store/catch-up.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { Follower } from './follower.ts';
import {
  type Confirmation,
  decodeGroup,
  encodeConfirmations,
  encodeError,
  type FromThread,
  type LogState,
  type ToThread,
} from './wire.ts';

/** What the thread is started with. */
export type RecorderData = { auditFile: string; storeFile: string };

/** The entry of the recorder's thread: opens log and store, and serves messages until it is told to close. */
async function main(port: MessagePort, { auditFile, storeFile }: RecorderData): Promise<void> {
  const tell = (message: FromThread) => port.postMessage(message);
  try {
    const store = await openSqliteStore(storeFile);
    const follower = new Follower(store, (cause) => {
      log.stop(cause);
      tell({ type: 'log', log: thread.logState() });
    });
    const { log, recovery } = await openAuditLog({
      file: auditFile,
      clock: () => Date.now(),
      onCommit: (groups) => follower.take(groups),
    });
    const caughtUp = await catchUp(store, {
      size: log.size,
      nextSequence: log.nextSequence,
      hashBefore: (offset) => hashBefore(auditFile, offset),
      groups: (from, to) => readGroups(auditFile, from, to),
    });
    const thread = new RecorderThread({ log, store, follower, tell });
    port.on('message', (message: ToThread) => thread.take(message));
    tell({ type: 'opened', origin: log.origin, recovery: { ...recovery }, caughtUp, log: thread.logState() });
  } catch (error) {
    tell({ type: 'failed', error: encodeError(error) });
    port.close();
  }
}

type Parts = { log: OpenedAuditLog; store: Store; follower: Follower; tell: (message: FromThread) => void };

class RecorderThread {
  readonly #parts: Parts;
  #committed: Confirmation[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  logState(): LogState {
    const { state, nextSequence, size } = this.#parts.log;
    return { state, nextSequence, size };
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
      const group = decodeGroup(text);
      const { trace_id } = group.context;
      const isKnown = trace_id === undefined || group.new_trace || log.knownHead(trace_id) !== undefined;
      const head = isKnown ? undefined : (await this.#traceState(trace_id))?.head;
      const { last_sequence, hash, first_event_id, last_event_id } = await log.appendPrepared(group, head);
      this.#confirm({ id, last_sequence, hash, first_event_id, last_event_id });
    } catch (error) {
      tell({ type: 'rejected', id, error: encodeError(error), log: this.logState() });
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
    const { store, follower, tell } = this.#parts;
    try {
      if (method === 'traceState') {
        tell({ type: 'answer', id, value: await this.#traceState(String(args[0])) });
        return;
      }
      await follower.catchUp();
      const work = store[method as keyof Store] as (...given: unknown[]) => Promise<unknown>;
      tell({ type: 'answer', id, value: await work.apply(store, args) });
    } catch (error) {
      tell({ type: 'refusal', id, error: encodeError(error) });
    }
  }

  async #close(id: number): Promise<void> {
    const { log, store, follower, tell } = this.#parts;
    try {
      await log.close();
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
