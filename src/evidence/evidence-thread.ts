import { dirname, join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AuditLineError, type LineFault } from '../audit/audit-error.ts';
import type { TraceHead } from '../audit/event.ts';
import { assertKnownTrace } from '../audit/known-trace.ts';
import { LogReader } from '../audit/log-reader.ts';
import { type LineSpan, readSpanLines, withPayload } from '../audit/span-reader.ts';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import type { Attester } from './attestation.ts';
import { bundleFiles, type ClaimedKeys, sha256 } from './bundle-files.ts';
import { collectRecord } from './collect-record.ts';
import type { Subject } from './record.ts';
import { zipOf } from './zip.ts';

/** What the thread is started with. */
export type EvidenceData = { auditFile: string; attester: Attester; keys: ClaimedKeys };

/** Why none was made; of a line that does not hold also what is wrong with it, and which event it is. */
export type Failure = { message: string; reason?: LineFault; sequence?: number };

/** What to make evidence of, and where the lines of it stand in the log, in its order. */
export type EvidenceTask = {
  subject: Subject;
  spans: readonly LineSpan[];
  /** What is known of each of its traces: nothing is signed that is not what was written. */
  heads: Readonly<Record<string, TraceHead>>;
};

export type MadeEvidence = { zip: Uint8Array<ArrayBuffer>; events: number; manifest_sha256: string };

export type ToEvidence = { id: number; task: EvidenceTask };
/** An error loses its class between threads, so only what it says crosses. */
export type FromEvidence = { id: number } & ({ made: MadeEvidence } | { failed: Failure });

async function make({ auditFile, attester, keys }: EvidenceData, task: EvidenceTask): Promise<MadeEvidence> {
  const reader = new LogReader(auditFile);
  const archive = new BundleArchive(join(dirname(auditFile), 'policies'));
  const written = [];
  for (const span of task.spans) written.push(...(await readSpanLines(reader, span)));
  const asWritten = written.map(({ event }) => event);
  for (const [traceId, events] of Map.groupBy(asWritten, ({ trace_id = '' }) => trace_id)) {
    const head = Object.hasOwn(task.heads, traceId) ? task.heads[traceId] : undefined;
    if (head === undefined) throw new Error(`nothing is known of the trace ${traceId}`);
    assertKnownTrace(events, head);
  }
  const lines = await Promise.all(
    written.map(async ({ raw, event }) => ({ raw, event: await withPayload(auditFile, event) })),
  );
  const found = { subject: task.subject, lines, asWritten };
  const record = await collectRecord(auditFile, found, (version) => archive.read(version));
  const files = bundleFiles(record, keys, attester);
  const manifest = files.find((file) => file.name === 'manifest.json')?.content ?? Buffer.alloc(0);
  return {
    zip: new Uint8Array(await zipOf(files)),
    events: lines.length,
    manifest_sha256: sha256(manifest),
  };
}

/** One after the other: two at once would only hold more in memory. */
function serve(port: MessagePort, data: EvidenceData): void {
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, task }: ToEvidence) => {
    last = last.then(async () => {
      try {
        const made = await make(data, task);
        port.postMessage({ id, made } satisfies FromEvidence, [made.zip.buffer]);
      } catch (error) {
        port.postMessage({ id, failed: failureOf(error) } satisfies FromEvidence);
      }
    });
  });
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AuditLineError)) return { message };
  const { reason, sequence } = error;
  return { message, reason, ...(sequence !== undefined && { sequence }) };
}

if (parentPort !== null) serve(parentPort, workerData as EvidenceData);
