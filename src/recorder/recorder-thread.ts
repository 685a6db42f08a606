import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type OpenedAuditLog, openAuditLog } from '../audit/open-audit-log.ts';
import { hashBefore, readGroups } from '../audit/read-groups.ts';
import { catchUp } from '../store/catch-up.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import {
  decodeGroup,
  encodeError,
  type FromThread,
  type GroupRow,
  type LogState,
  type Place,
  placeOf,
  type ToThread,
} from './wire.ts';

/** What the thread is started with. */
export type RecorderData = { auditFile: string; storeFile: string };

/** The entry of the recorder's thread: opens log and store, and serves messages until it is told to close. */
async function main(port: MessagePort, { auditFile, storeFile }: RecorderData): Promise<void> {
  const tell = (message: FromThread) => port.postMessage(message);
  try {
    const store = await openSqliteStore(storeFile);
    const { log, recovery } = await openAuditLog({
      file: auditFile,
      clock: () => Date.now(),
      onCommit: (groups) => store.commit(groups),
    });
    const caughtUp = await catchUp(store, {
      size: log.size,
      nextSequence: log.nextSequence,
      hashBefore: (offset) => hashBefore(auditFile, offset),
      groups: (from, to) => readGroups(auditFile, from, to),
    });
    const thread = new RecorderThread({ log, store, tell });
    port.on('message', (message: ToThread) => thread.take(message));
    tell({ type: 'opened', origin: log.origin, recovery: { ...recovery }, caughtUp, log: thread.logState() });
  } catch (error) {
    tell({ type: 'failed', error: encodeError(error) });
    port.close();
  }
}

type Parts = { log: OpenedAuditLog; store: Store; tell: (message: FromThread) => void };

class RecorderThread {
  readonly #parts: Parts;
  #committed: { id: number; place: Place }[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  logState(): LogState {
    const { state, nextSequence, size } = this.#parts.log;
    return { state, nextSequence, size };
  }

  take(message: ToThread): void {
    if (message.type === 'append') {
      for (const { id, row } of message.groups) void this.#append(id, row);
    } else if (message.type === 'call') void this.#call(message);
    else void this.#close(message.id);
  }

  async #append(id: number, row: GroupRow): Promise<void> {
    const { log, store, tell } = this.#parts;
    try {
      const group = decodeGroup(row);
      const { trace_id } = group.context;
      const isKnown = trace_id === undefined || log.knownHead(trace_id) !== undefined;
      const head = isKnown ? undefined : (await store.traceState(trace_id))?.head;
      this.#confirm(id, placeOf(await log.append(group, head)));
    } catch (error) {
      tell({ type: 'rejected', id, error: encodeError(error), log: this.logState() });
    }
  }

  /** A batch resolves all at once: what was committed together is told together. */
  #confirm(id: number, place: Place): void {
    this.#committed.push({ id, place });
    if (this.#committed.length > 1) return;
    queueMicrotask(() => {
      const places = this.#committed;
      this.#committed = [];
      this.#parts.tell({ type: 'committed', places, log: this.logState() });
    });
  }

  async #call({ id, method, args }: Extract<ToThread, { type: 'call' }>): Promise<void> {
    const { store, tell } = this.#parts;
    try {
      const work = store[method as keyof Store] as (...given: unknown[]) => Promise<unknown>;
      tell({ type: 'answer', id, value: await work.apply(store, args) });
    } catch (error) {
      tell({ type: 'refusal', id, error: encodeError(error) });
    }
  }

  async #close(id: number): Promise<void> {
    const { log, store, tell } = this.#parts;
    try {
      await log.close();
      await store.close();
      tell({ type: 'answer', id, value: undefined });
    } catch (error) {
      tell({ type: 'refusal', id, error: encodeError(error) });
    }
    parentPort?.close();
  }
}

if (parentPort !== null) void main(parentPort, workerData as RecorderData);
