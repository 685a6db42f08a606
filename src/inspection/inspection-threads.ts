import type { Worker } from 'node:worker_threads';
import type { GuardSettings } from '../guard/finding.ts';
import { plainSettings } from '../guard/settings.ts';
import { startThread } from '../threads/start-thread.ts';
import { InspectionUnavailable } from './inspection-error.ts';
import type { Asked, FromInspection, ToInspection } from './wire.ts';

/** What may wait, by weight: some ten seconds of work for one thread, and some tens of megabytes. */
const MAX_WAITING = 16 * 1_048_576;
/** What a thread may use: several times of what it needs. One that needs more is ended, and not the gateway. */
const MAX_HEAP_MB = 384;
/** Far longer than the worst text takes. A thread that is not done by then never will be. */
const LONGEST_MS = 60_000;
/** Threads that a job may cost: one may have ended for another reason. */
const MAX_ATTEMPTS = 2;

export type Job = {
  /** How much work it is; see `weightOf`. */
  weight: number;
  /** Made when it begins, so that nothing is copied for what only waits. */
  message(): { asked: Asked; transfer?: ArrayBuffer[] };
  /** Fires when nobody waits for it any more: then it is dropped, unless it has begun. */
  gone?: AbortSignal;
};

export type ThreadsDeps = {
  /** At most so many at once. */
  count: number;
  /** Those of the active policies. */
  settings(): GuardSettings;
  /** Told of each job that was not taken, and of each thread that ended without being asked to. */
  onFailure(reason: 'full' | 'ended', cause: Error): void;
  /** Default: the thread of the guard. */
  start?: () => Worker;
};

type Waiting = Job & PromiseWithResolvers<FromInspection> & { attempts: number };
type Thread = { worker: Worker; job?: Waiting; settings?: GuardSettings; ending?: NodeJS.Timeout };

/**
 * Inspects on threads of their own, which start with the first job, one job at a time each. A thread that ends takes
 * its job with it to a new one, once; then the job is rejected with `inspection_unavailable`, as are those that find the
 * queue full.
 */
export class InspectionThreads {
  readonly #deps: Required<ThreadsDeps>;
  readonly #threads = new Set<Thread>();
  readonly #queue: Waiting[] = [];
  #isClosed = false;

  constructor(deps: ThreadsDeps) {
    this.#deps = { start: startInspection, ...deps };
  }

  /** Jobs that have not begun. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Starts a thread where there is none: what comes soon finds it warm. */
  prepare(): void {
    if (this.#threads.size === 0 && !this.#isClosed) this.#start();
  }

  run(job: Job): Promise<FromInspection> {
    const refusal = this.#refusalOf(job);
    if (refusal !== undefined) return Promise.reject(refusal);
    const waiting: Waiting = { ...job, ...Promise.withResolvers<FromInspection>(), attempts: 0 };
    this.#queue.push(waiting);
    job.gone?.addEventListener('abort', () => this.#drop(waiting), { once: true });
    this.#next();
    return waiting.promise;
  }

  /** What was taken is done first; nothing more is taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const taken = [...this.#queue, ...[...this.#threads].flatMap(({ job }) => job ?? [])];
    await Promise.allSettled(taken.map(({ promise }) => promise));
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #refusalOf({ weight, gone }: Job): InspectionUnavailable | undefined {
    if (this.#isClosed) return new InspectionUnavailable('the gateway stops');
    if (gone?.aborted) return new InspectionUnavailable('the caller has gone');
    const before = this.#queue.reduce((sum, each) => sum + each.weight, 0);
    if (before === 0 || before + weight <= MAX_WAITING) return undefined;
    const full = new InspectionUnavailable('too many large texts wait to be inspected');
    this.#deps.onFailure('full', full);
    return full;
  }

  #drop(waiting: Waiting): void {
    const place = this.#queue.indexOf(waiting);
    if (place < 0) return;
    this.#queue.splice(place, 1);
    waiting.reject(new InspectionUnavailable('the caller has gone'));
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#threads].find(({ job }) => job === undefined);
      if (idle === undefined && this.#threads.size >= this.#deps.count) return;
      this.#give(idle ?? this.#start(), this.#queue.shift() as Waiting);
    }
  }

  #give(thread: Thread, job: Waiting): void {
    const { worker } = thread;
    thread.job = job;
    job.attempts += 1;
    thread.ending = setTimeout(() => void worker.terminate(), LONGEST_MS).unref();
    const { asked, transfer = [] } = job.message();
    const settings = this.#deps.settings();
    const isKnown = settings === thread.settings;
    thread.settings = settings;
    worker.ref();
    const message: ToInspection = isKnown ? asked : { ...asked, settings: plainSettings(settings) };
    worker.postMessage(message, transfer);
  }

  #start(): Thread {
    const thread: Thread = { worker: this.#deps.start() };
    const { worker } = thread;
    this.#threads.add(thread);
    worker.unref();
    worker.on('message', (answer: FromInspection) => {
      this.#free(thread)?.resolve(answer);
      this.#next();
    });
    worker.on('error', (error) => this.#ended(thread, error));
    worker.on('exit', () => this.#ended(thread, new Error('the thread that inspects texts has ended')));
    return thread;
  }

  /** The thread without its job, which is returned. */
  #free(thread: Thread): Waiting | undefined {
    const { job } = thread;
    clearTimeout(thread.ending);
    thread.worker.unref();
    delete thread.job;
    return job;
  }

  #ended(thread: Thread, cause: Error): void {
    if (!this.#threads.delete(thread)) return;
    const job = this.#free(thread);
    if (job !== undefined || !this.#isClosed) this.#deps.onFailure('ended', cause);
    if (job === undefined) return;
    if (job.attempts < MAX_ATTEMPTS) this.#queue.unshift(job);
    else job.reject(new InspectionUnavailable(`the thread ended twice: ${cause.message}`));
    this.#next();
  }
}

/** The thread of the guard. */
export function startInspection(): Worker {
  return startThread(import.meta.url, 'inspection-thread', {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
}
