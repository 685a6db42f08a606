import type { Worker } from 'node:worker_threads';
import { AuditEventError } from '../audit/audit-error.ts';
import { type AuditLog, AuditUnavailable } from '../audit/audit-log.ts';
import type { EventGroup, Receipt } from '../audit/event.ts';
import type { PurgePlan } from '../retention/plan-purge.ts';
import type { PurgeRequest } from '../retention/purge.ts';
import type { Store } from '../store/store.ts';
import { startThread } from '../threads/start-thread.ts';
import type { RecorderData } from './recorder-thread.ts';
import {
  type Confirmation,
  decodeConfirmations,
  encodeGroup,
  type FromThread,
  type LogState,
  PROJECTED,
  PURGE,
  SIGN_CHECKPOINT,
  type ToThread,
  type WireError,
} from './wire.ts';

/** Events on their way from which `append` rejects as busy. */
const MAX_WAITING_EVENTS = 4_096;
/** Groups that cross in one message at the most. */
const GROUPS_PER_MESSAGE = 8;

export type RecorderWatcher = { onCheckpointFailure(error: Error): void; onBroken(error: Error): void };

/** What the store answers to; following the log is the thread's own business. */
export type RecorderStore = Omit<
  Store,
  'commit' | 'applied' | 'assertReadable' | 'clearProjection' | 'close'
>;

export type Recorder = {
  log: AuditLog;
  store: RecorderStore;
  recovery: Record<string, unknown>;
  /** Events the store had missed and has now. */
  caughtUp: number;
  /** A rotation that was broken off is at its end: the key file MUST be told. */
  isHandedOver: boolean;
  /** Resolves when a checkpoint covers everything that is durable now, as far as one can be written. */
  signCheckpoint(): Promise<void>;
  /** Resolves with the newest event, once the store has it. */
  projected(): Promise<number>;
  /** Resolves when everything that was appended so far is durable, or refused. */
  settled(): Promise<void>;
  /** Purges what the request says; without one, finishes what was begun before. Never two at once. */
  purge(request?: PurgeRequest): Promise<PurgePlan>;
};

/**
 * Opens the audit log and the store that follows it, on a thread of their own: hashing, syncing and projecting take no
 * time from deciding, and a long search holds up no decision.
 *
 * `onCheckpointFailure` is told of checkpoints that could not be written; after a minute without one the log stops.
 * `onBroken` is told once when it does, for this or another reason.
 * Rejects with the coded errors of `openSignedLog`, `openSqliteStore` and `catchUp`.
 */
export async function openRecorder(data: RecorderData, watcher: RecorderWatcher): Promise<Recorder> {
  const worker = startThread(import.meta.url, 'recorder-thread', { workerData: data });
  const { promise, resolve, reject } = Promise.withResolvers<Extract<FromThread, { type: 'opened' }>>();
  const onFirst = (message: FromThread) => {
    if (message.type === 'opened') resolve(message);
    else if (message.type === 'failed') reject(errorOf(message.error));
    else if (message.type === 'checkpoint_failed') watcher.onCheckpointFailure(errorOf(message.error));
  };
  worker.on('message', onFirst);
  worker.once('error', reject);
  const opened = await promise;
  worker.off('message', onFirst);
  worker.off('error', reject);
  const link = new RecorderLink(worker, opened.log, watcher);
  return {
    log: new RecorderLog(link, opened.origin),
    store: storeOver(link),
    recovery: opened.recovery,
    caughtUp: opened.caughtUp,
    isHandedOver: opened.isHandedOver,
    signCheckpoint: async () => {
      await link.call('call', SIGN_CHECKPOINT, []);
    },
    projected: async () => Number(await link.call('call', PROJECTED, [])),
    settled: () => link.settled(),
    purge: (request) =>
      link.call('call', PURGE, request === undefined ? [] : [request]) as Promise<PurgePlan>,
  };
}

type Waiting = {
  events: number;
  promise: Promise<Receipt>;
  resolve(receipt: Receipt): void;
  reject(error: Error): void;
};
type Call = { resolve(value: unknown): void; reject(error: Error): void };

/** Both ends of every message to the thread. */
class RecorderLink {
  readonly #worker: Worker;
  readonly #watcher: RecorderWatcher;
  #isBroken = false;
  readonly #waiting = new Map<number, Waiting>();
  readonly #calls = new Map<number, Call>();
  #outgoing: { id: number; text: string }[] = [];
  #lastId = 0;
  /** Why the thread is no more. */
  #gone: AuditUnavailable | undefined;
  waitingEvents = 0;
  logState: LogState;

  constructor(worker: Worker, logState: LogState, watcher: RecorderWatcher) {
    this.#worker = worker;
    this.#watcher = watcher;
    this.logState = logState;
    worker.on('message', (message: FromThread) => this.#take(message));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('the recorder thread has ended')));
  }

  append(group: EventGroup): Promise<Receipt> {
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>();
    let text: string;
    try {
      text = encodeGroup(group);
    } catch (cause) {
      reject(
        new AuditEventError('event_invalid', `an event has no canonical form: ${String(cause)}`, { cause }),
      );
      return promise;
    }
    const id = this.#nextId();
    this.#waiting.set(id, { events: group.events.length, promise, resolve, reject });
    this.waitingEvents += group.events.length;
    this.#outgoing.push({ id, text });
    // A turn of the event loop under load decides dozens of plans. The first of them need not wait for the last: the
    // thread writes and syncs while this one goes on deciding.
    if (this.#outgoing.length >= GROUPS_PER_MESSAGE) this.#flush();
    else if (this.#outgoing.length === 1) setImmediate(() => this.#flush());
    return promise;
  }

  async settled(): Promise<void> {
    await Promise.allSettled([...this.#waiting.values()].map(({ promise }) => promise));
  }

  call(type: 'call' | 'close', method: string, args: unknown[]): Promise<unknown> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    this.#flush();
    const id = this.#nextId();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#calls.set(id, { resolve, reject });
    this.#post(type === 'close' ? { type, id } : { type, id, method, args });
    return promise;
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return;
    const groups = this.#outgoing;
    this.#outgoing = [];
    this.#post({ type: 'append', groups });
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromThread): void {
    if (message.type === 'committed') {
      this.logState = message.log;
      for (const confirmation of decodeConfirmations(message.confirmations)) this.#committed(confirmation);
    } else if (message.type === 'rejected') {
      this.logState = message.log;
      this.#settle(message.id)?.reject(errorOf(message.error));
    } else if (message.type === 'log') this.logState = message.log;
    else if (message.type === 'checkpoint_failed') this.#watcher.onCheckpointFailure(errorOf(message.error));
    else if (message.type === 'answer') this.#answered(message.id)?.resolve(message.value);
    else if (message.type === 'refusal') this.#answered(message.id)?.reject(errorOf(message.error));
    this.#noticeBroken();
  }

  #noticeBroken(): void {
    const { state, failure } = this.logState;
    if (this.#isBroken || state !== 'broken') return;
    this.#isBroken = true;
    this.#watcher.onBroken(errorOf(failure ?? { message: 'the recorder thread has ended' }));
  }

  #committed({ id, last_sequence, hash, first_event_id, last_event_id }: Confirmation): void {
    this.#settle(id)?.resolve({ last_sequence, hash, first_event_id, last_event_id });
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting !== undefined) this.waitingEvents -= waiting.events;
    return waiting;
  }

  #answered(id: number): Call | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  /** Without its thread the log takes nothing, and nothing that waits was recorded as far as anyone can tell. */
  #end(cause: Error): void {
    if (this.logState.state !== 'closed')
      this.logState = { ...this.logState, state: 'broken', failure: { message: cause.message } };
    this.#noticeBroken();
    const why = this.logState.state === 'closed' ? 'closed' : 'broken';
    this.#gone ??= new AuditUnavailable(why, 'the audit log has stopped', { cause });
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(this.#gone);
    for (const id of [...this.#calls.keys()]) this.#answered(id)?.reject(this.#gone);
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

class RecorderLog implements AuditLog {
  readonly origin: string;
  readonly #link: RecorderLink;

  constructor(link: RecorderLink, origin: string) {
    this.#link = link;
    this.origin = origin;
  }

  get state(): AuditLog['state'] {
    const { state } = this.#link.logState;
    if (state === 'broken' || state === 'closed') return state;
    return this.waiting >= MAX_WAITING_EVENTS ? 'busy' : 'open';
  }

  get failure(): AuditLog['failure'] {
    return this.#link.logState.failure;
  }

  get waiting(): number {
    return this.#link.waitingEvents;
  }

  get nextSequence(): number {
    return this.#link.logState.nextSequence;
  }

  get size(): number {
    return this.#link.logState.size;
  }

  append(group: EventGroup): Promise<Receipt> {
    const { state } = this;
    if (state === 'open') return this.#link.append(group);
    return Promise.reject(new AuditUnavailable(state, 'the audit log takes no events at the moment'));
  }

  async close(): Promise<void> {
    if (this.#link.logState.state === 'closed') return;
    const closing = this.#link.call('close', '', []);
    this.#link.logState = { ...this.#link.logState, state: 'closed' };
    await closing;
  }
}

/** The store's methods, each a question to the thread. */
function storeOver(link: RecorderLink): RecorderStore {
  return new Proxy({} as RecorderStore, {
    get: (_target, method) => {
      // A promise would be asked for `then`; the store has no such method.
      if (typeof method !== 'string' || method === 'then') return undefined;
      return (...args: unknown[]) => link.call('call', method, args);
    },
  });
}

function errorOf({ message, code, why }: WireError): Error {
  if (code === 'audit_unavailable') return new AuditUnavailable(why as AuditUnavailable['why'], message);
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}
