import { Worker } from 'node:worker_threads';
import { AuditLineError } from '../audit/audit-error.ts';
import type { Hold } from '../holds/hold.ts';
import { orphanedBlobs, type PurgePlan, type PurgeQuestion, planPurge } from './plan-purge.ts';
import type { ReadingAnswer, ReadingTask } from './reading-thread.ts';

/** What purging reads much for: segments and, where blobs go, the whole log. */
export type PurgeReading = {
  plan(before: string, holds: readonly Hold[]): Promise<PurgePlan>;
  orphans(gone: readonly string[]): Promise<string[]>;
};

/** Reads in the thread that asks: for a process that does nothing else but say how far it is. */
export function readHere(auditFile: string, onProgress?: PurgeQuestion['onProgress']): PurgeReading {
  return {
    plan: (before, holds) => planPurge(auditFile, { before, holds, ...(onProgress && { onProgress }) }),
    orphans: (gone) => orphanedBlobs(auditFile, gone),
  };
}

/** Reads in a thread that is there for one question: nothing that is decided meanwhile waits for it. */
export function readApart(auditFile: string): PurgeReading {
  return {
    plan: (before, holds) => ask({ auditFile, task: 'plan', before, holds }) as Promise<PurgePlan>,
    orphans: (gone) => ask({ auditFile, task: 'orphans', gone }) as Promise<string[]>,
  };
}

function ask(task: ReadingTask): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  // The sources run as they are, and so does what is built from them.
  const entry = import.meta.url.endsWith('.ts') ? './reading-thread.ts' : './reading-thread.js';
  const worker = new Worker(new URL(entry, import.meta.url), { workerData: task });
  worker.once('message', (answer: ReadingAnswer) => {
    if ('value' in answer) resolve(answer.value);
    else reject(new AuditLineError(answer.reason, answer.message));
  });
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the thread that reads segments has ended')));
  return promise;
}
