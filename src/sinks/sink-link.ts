import type { Worker } from 'node:worker_threads';
import { startThread } from '../threads/start-thread.ts';
import type { SinkWord } from './sink-status.ts';
import type { FromSinks, SinkCall, SinkCalls, SinkThreadData, ToSinks } from './wire.ts';

/** A thread that ended by itself is started again after this. */
const RESTART_MS = 5_000;
/** A thread that does not close is ended. */
const CLOSE_MS = 5_000;

/** The thread of the sinks is not there. It is started again by itself. */
export class SinkThreadError extends Error {
  readonly code = 'sinks_unavailable';

  constructor() {
    super('the thread of the sinks has ended; it is started again');
  }
}

type Deps = {
  data: () => SinkThreadData;
  onWord(word: SinkWord): void;
  /** Is told of each end of the thread that nobody asked for. */
  onFailure(error: Error): void;
};

type Call = { resolve(value: unknown): void; reject(error: Error): void };

/** The thread of the sinks, seen from the one that decides. It runs from the first message on. */
export class SinkLink {
  readonly #deps: Deps;
  readonly #calls = new Map<number, Call>();
  #worker: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #isClosing = false;
  #lastId = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  start(): void {
    if (this.#worker !== undefined || this.#isClosing) return;
    clearTimeout(this.#restart);
    const worker = startThread(import.meta.url, 'sink-thread', { workerData: this.#deps.data() });
    worker.on('message', (message: FromSinks) => this.#take(message));
    worker.on('error', (error) => this.#deps.onFailure(error));
    worker.on('exit', () => this.#ended());
    this.#worker = worker;
  }

  post(message: ToSinks): void {
    this.#worker?.postMessage(message);
  }

  /** Rejects with what the thread says, under its code, and where the thread ends before it has answered. */
  call<Name extends SinkCall>(name: Name, ask: SinkCalls[Name]['ask']): Promise<SinkCalls[Name]['answer']> {
    this.start();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.#worker === undefined) reject(new SinkThreadError());
    this.#lastId += 1;
    this.#calls.set(this.#lastId, { resolve, reject });
    this.post({ type: 'call', id: this.#lastId, name, ask });
    return promise as Promise<SinkCalls[Name]['answer']>;
  }

  /** Lets what is on its way finish for a moment, and ends the thread. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    this.post({ type: 'close' });
    const giveUp = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await ended;
    clearTimeout(giveUp);
  }

  #take(message: FromSinks): void {
    if (message.type === 'word') {
      this.#deps.onWord(message.word);
      return;
    }
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if (message.type === 'answer') call?.resolve(message.value);
    else {
      const code = message.code === undefined ? {} : { code: message.code };
      call?.reject(Object.assign(new Error(message.message), code));
    }
  }

  #ended(): void {
    this.#worker = undefined;
    for (const { reject } of this.#calls.values()) reject(new SinkThreadError());
    this.#calls.clear();
    if (this.#isClosing) return;
    this.#deps.onFailure(new SinkThreadError());
    this.#restart = setTimeout(() => this.start(), RESTART_MS);
    this.#restart.unref();
  }
}
