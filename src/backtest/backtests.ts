import type { Worker } from 'node:worker_threads';
import type { Bundle } from '../policy/bundle.ts';
import { startThread } from '../threads/start-thread.ts';
import type { BacktestLog, BacktestProgress, BacktestReport } from './backtest.ts';
import { BacktestError } from './backtest-error.ts';
import type { BacktestFilter } from './backtest-filter.ts';
import type { BacktestData, FromBacktest } from './backtest-thread.ts';
import type { Flip } from './flip.ts';

export const BACKTEST_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type BacktestState = (typeof BACKTEST_STATES)[number];

/** What can be seen of a backtest. */
export type BacktestView = {
  backtest_id: string;
  status: BacktestState;
  tenant_id: string;
  created_by: string;
  created_at: string;
  ended_at?: string;
  candidate: { name: string; version: string };
  filter: BacktestFilter;
  progress: BacktestProgress;
  /** Why it failed. */
  error?: string;
  /** When it is done; the flips have a list of their own. */
  report?: Omit<BacktestReport, 'flips' | 'candidate' | 'filter'>;
};

export type StartBacktest = {
  candidate: Bundle;
  filter: BacktestFilter;
  by: { name: string; tenant_id: string };
};

/** The logs that a filter reaches, as far as they count when a backtest begins. */
export type LogsOf = (filter: BacktestFilter) => readonly BacktestLog[];

type Job = { view: BacktestView; flips: Flip[]; bundle: Bundle; ended: PromiseWithResolvers<void> };

/** Those that wait and the one that runs. */
const MAX_OPEN = 8;
/** Those that have ended and can still be asked for. */
const MAX_ENDED = 8;
/** A thread that needs more than this is ended, and not the gateway. */
const MAX_HEAP_MB = 512;

/**
 * Backtests as jobs. One runs at a time, on a thread of its own, so that no decision waits for it; what came out is kept
 * in memory until newer ones push it out, or the process ends. Nothing of it is state: it can be run again.
 */
export class Backtests {
  readonly #logs: LogsOf;
  readonly #newId: () => string;
  readonly #clock: () => number;
  /** Newest last. */
  readonly #jobs = new Map<string, Job>();
  #running: { job: Job; worker: Worker } | undefined;
  #isClosed = false;

  constructor(deps: { logs: LogsOf; newId: () => string; clock: () => number }) {
    this.#logs = deps.logs;
    this.#newId = deps.newId;
    this.#clock = deps.clock;
  }

  /** Throws `too_many_backtests`. */
  start({ candidate, filter, by }: StartBacktest): BacktestView {
    const open = [...this.#jobs.values()].filter(isOpen);
    if (open.length >= MAX_OPEN)
      throw new BacktestError(
        'too_many_backtests',
        `${open.length} backtests are waiting or running; try again later`,
      );
    const view: BacktestView = {
      ...{ backtest_id: this.#newId(), status: 'waiting', tenant_id: by.tenant_id, created_by: by.name },
      created_at: this.#now(),
      candidate: { name: candidate.name, version: candidate.version },
      filter,
      progress: { plans: 0, flipped: 0, bytes: 0, of: 0 },
    };
    this.#jobs.set(view.backtest_id, { view, flips: [], bundle: candidate, ended: Promise.withResolvers() });
    this.#runNext();
    return view;
  }

  /** Newest first, those of one tenant; `*` sees all. */
  list(tenantId: string): BacktestView[] {
    const views = [...this.#jobs.values()].map(({ view }) => view).reverse();
    return views.filter((view) => tenantId === '*' || view.tenant_id === tenantId);
  }

  /** As it is now, or as soon as it has ended: at the latest after `waitMs`, or when `signal` fires. */
  async get(id: string, tenantId: string, waitMs = 0, signal?: AbortSignal): Promise<BacktestView> {
    const job = this.#job(id, tenantId);
    if (waitMs > 0 && isOpen(job)) await endOrTimeout(job.ended.promise, waitMs, signal);
    return job.view;
  }

  /** Those that are kept, in the order of the log. Throws `backtest_not_done`. */
  flips(id: string, tenantId: string): readonly Flip[] {
    const { view, flips } = this.#job(id, tenantId);
    if (view.status === 'done') return flips;
    throw new BacktestError('backtest_not_done', `backtest ${id} is ${view.status} and has no flips`);
  }

  /** Ends it, if it has not ended. */
  cancel(id: string, tenantId: string): BacktestView {
    const job = this.#job(id, tenantId);
    if (isOpen(job)) this.#end(job, 'cancelled');
    return job.view;
  }

  /** Ends all of them; none is started any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#running?.worker;
    for (const job of this.#jobs.values()) if (isOpen(job)) this.#end(job, 'cancelled');
    await worker?.terminate();
  }

  #runNext(): void {
    const next = [...this.#jobs.values()].find(({ view }) => view.status === 'waiting');
    if (this.#isClosed || this.#running !== undefined || next === undefined) return;
    const data: BacktestData = {
      logs: this.#logs(next.view.filter),
      content: next.bundle.content,
      filter: next.view.filter,
    };
    const worker = startThread(import.meta.url, 'backtest-thread', {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#running = { job: next, worker };
    next.view.status = 'running';
    worker.on('message', (message: FromBacktest) => this.#take(next, message));
    worker.on('error', (error) => this.#end(next, 'failed', error.message));
    worker.on('exit', () => this.#end(next, 'failed', 'its thread has ended'));
  }

  #take(job: Job, message: FromBacktest): void {
    if (!isOpen(job)) return;
    if (message.type === 'progress') job.view.progress = message.progress;
    else if (message.type === 'failed') this.#end(job, 'failed', message.message);
    else {
      const { flips, candidate: _candidate, filter: _filter, ...report } = message.report;
      job.flips = flips;
      job.view.report = report;
      this.#end(job, 'done');
    }
  }

  #end(job: Job, status: BacktestState, error?: string): void {
    if (!isOpen(job)) return;
    job.view.status = status;
    job.view.ended_at = this.#now();
    if (error !== undefined) job.view.error = error;
    job.ended.resolve();
    if (this.#running?.job === job) {
      void this.#running.worker.terminate();
      this.#running = undefined;
    }
    const ended = [...this.#jobs.values()].filter((each) => !isOpen(each));
    for (const { view } of ended.slice(0, -MAX_ENDED)) this.#jobs.delete(view.backtest_id);
    this.#runNext();
  }

  #job(id: string, tenantId: string): Job {
    const job = this.#jobs.get(id);
    if (job !== undefined && (tenantId === '*' || job.view.tenant_id === tenantId)) return job;
    throw new BacktestError('backtest_not_found', `there is no backtest ${id}, or not any more`);
  }

  #now(): string {
    return new Date(this.#clock()).toISOString();
  }
}

function isOpen({ view }: Job): boolean {
  return view.status === 'waiting' || view.status === 'running';
}

async function endOrTimeout(ended: Promise<void>, ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([ended, promise]);
  clearTimeout(timer);
}
