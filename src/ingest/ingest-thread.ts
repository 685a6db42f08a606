import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { EventIndex } from '../replay/event-index.ts';
import { type Refusal, RefusedRun } from './ingest-error.ts';
import type { IngestedLog } from './ingested-log.ts';
import { IngestedLogs } from './ingested-logs.ts';
import type { OriginRecord } from './origin-record.ts';

/** What the thread is started with. */
export type IngestData = { directory: string; storeDirectory: string };

/** What the index of an ingested log answers to. */
export const INDEX_METHODS = ['trace', 'traces', 'childTraces', 'spansOfTrace', 'spans', 'purges'] as const;
export type IngestedIndex = Pick<EventIndex, Exclude<(typeof INDEX_METHODS)[number], 'purges'>>;

export type ToIngest = { id: number; method: string; args: unknown[] };
export type FromIngest = { id: number } & (
  | { value: unknown }
  | { failed: { message: string; code?: string; refusal?: Refusal } }
);

/** What is done with the log of an origin: the first argument names it. */
const OF_ONE: Record<string, (log: IngestedLog, args: unknown[]) => unknown> = {
  begin: (log) => log.begin(),
  take: (log, [chunk]) => log.take(chunk as Uint8Array),
  finish: (log, [isHead]) => log.finish(isHead === true),
  accept: (log, [signedAt, recorded]) => log.accept(String(signedAt), recorded as number | undefined),
  abort: (log) => log.abort(),
  newest: (log) => log.newest,
};
for (const method of INDEX_METHODS)
  OF_ONE[method] = (log, args) => (log.store[method] as (...given: unknown[]) => unknown)(...args);

/** The entry of the thread that keeps logs of others: it verifies and writes what is handed over, and reads it back. */
class IngestThread {
  readonly #logs: Promise<IngestedLogs>;
  /** One thing after the other for each origin: opening, closing and runs never overlap. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ directory, storeDirectory }: IngestData) {
    this.#logs = IngestedLogs.open(directory, storeDirectory);
  }

  run(method: string, args: unknown[]): Promise<unknown> {
    const run = this.#last.then(() => this.#run(method, args));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #run(method: string, args: unknown[]): Promise<unknown> {
    const logs = await this.#logs;
    if (method === 'states') return logs.states();
    if (method === 'problems') return logs.problems;
    if (method === 'register') return logs.register(args[0] as OriginRecord);
    if (method === 'close') return logs.close();
    const [origin, ...rest] = args;
    return OF_ONE[method]?.(await logs.log(String(origin)), rest);
  }
}

function serve(port: MessagePort, data: IngestData): void {
  const thread = new IngestThread(data);
  port.on('message', async ({ id, method, args }: ToIngest) => {
    try {
      port.postMessage({ id, value: await thread.run(method, args) } satisfies FromIngest);
    } catch (error) {
      port.postMessage({ id, failed: failureOf(error) } satisfies FromIngest);
    }
    if (method === 'close') port.close();
  });
}

/** An error loses its class between threads, so only what it says crosses. */
function failureOf(error: unknown): Extract<FromIngest, { failed: unknown }>['failed'] {
  if (error instanceof RefusedRun) return { message: error.message, refusal: error.refusal };
  const { code } = Object(error) as { code?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  return typeof code === 'string' ? { message, code } : { message };
}

if (parentPort !== null) serve(parentPort, workerData as IngestData);
