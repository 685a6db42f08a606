import { parentPort, workerData } from 'node:worker_threads';
import { AuditLineError, type LineFault } from '../audit/audit-error.ts';
import type { Hold } from '../holds/hold.ts';
import { orphanedBlobs, planPurge } from './plan-purge.ts';

export type ReadingTask =
  | { auditFile: string; task: 'plan'; before: string; holds: readonly Hold[] }
  | { auditFile: string; task: 'orphans'; gone: readonly string[] };
export type ReadingAnswer = { value: unknown } | { reason: LineFault; message: string };

/** The entry of the thread: one question, one answer. */
async function answer(task: ReadingTask): Promise<ReadingAnswer> {
  try {
    if (task.task === 'orphans') return { value: await orphanedBlobs(task.auditFile, task.gone) };
    return { value: await planPurge(task.auditFile, task) };
  } catch (error) {
    if (!(error instanceof AuditLineError)) throw error;
    const { reason, message } = error;
    return { reason, message };
  }
}

if (parentPort !== null) parentPort.postMessage(await answer(workerData as ReadingTask));
