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
import { type LogPart, logsFiles } from './logs-bundle.ts';
import { type EvidenceFilter, eventsByTrace, type Sample, type Subject } from './record.ts';
import { type BundleFile, zipOf } from './zip.ts';

/** What the thread is started with. */
export type EvidenceData = { attester: Attester; evidenceKeys: NonNullable<ClaimedKeys['evidence']> };

/** Why none was made; of a line that does not hold also what is wrong with it, and which event it is. */
export type Failure = { message: string; reason?: LineFault; sequence?: number };

/** Where a log is, and the key that signs it. */
export type EvidenceLog = { auditFile: string; verifierKey: string };

/** What to make evidence of, and where the lines of it stand in the log, in its order. */
export type EvidenceTask = {
  log: EvidenceLog;
  subject: Subject;
  spans: readonly LineSpan[];
  /** What is known of each of its traces: nothing is signed that is not what was written. */
  heads: Readonly<Record<string, TraceHead>>;
};

/** The same of several logs, each with what to take from it; nothing where nothing fits. */
export type LogsTask = {
  filter: EvidenceFilter;
  sample?: Sample;
  parts: readonly { origin: string; task?: EvidenceTask }[];
};

export type MadeEvidence = { zip: Uint8Array<ArrayBuffer>; events: number; manifest_sha256: string };

export type ToEvidence = { id: number; task: EvidenceTask | LogsTask };
/** An error loses its class between threads, so only what it says crosses. */
export type FromEvidence = { id: number } & ({ made: MadeEvidence } | { failed: Failure });

async function make(data: EvidenceData, task: EvidenceTask | LogsTask): Promise<MadeEvidence> {
  if (!('parts' in task)) return (await makeOne(data, task)).made;
  const parts: LogPart[] = [];
  for (const { origin, task: part } of task.parts) {
    if (part === undefined) parts.push({ origin, traces: 0, events: 0 });
    else {
      const { made, traces } = await makeOne(data, part);
      parts.push({ origin, traces, events: made.events, zip: Buffer.from(made.zip.buffer) });
    }
  }
  const events = parts.reduce((sum, part) => sum + part.events, 0);
  return packed(logsFiles(task, parts, data.attester), events);
}

async function makeOne(
  data: EvidenceData,
  task: EvidenceTask,
): Promise<{ made: MadeEvidence; traces: number }> {
  // The record is let go of before its files are packed: each is as large as the bundle.
  const { files, ...counts } = await filesOf(data, task);
  return { made: await packed(files, counts.events), traces: counts.traces };
}

async function filesOf(
  { attester, evidenceKeys }: EvidenceData,
  { log: { auditFile, verifierKey }, subject, spans, heads }: EvidenceTask,
): Promise<{ files: BundleFile[]; events: number; traces: number }> {
  const reader = new LogReader(auditFile);
  const archive = new BundleArchive(join(dirname(auditFile), 'policies'));
  const written = [];
  for (const span of spans) written.push(...(await readSpanLines(reader, span)));
  const asWritten = written.map(({ event }) => event);
  for (const [traceId, events] of Map.groupBy(asWritten, ({ trace_id = '' }) => trace_id)) {
    const head = Object.hasOwn(heads, traceId) ? heads[traceId] : undefined;
    if (head === undefined) throw new Error(`nothing is known of the trace ${traceId}`);
    assertKnownTrace(events, head);
  }
  const lines = await Promise.all(
    written.map(async ({ raw, event }) => ({ raw, event: await withPayload(auditFile, event) })),
  );
  const record = await collectRecord(auditFile, { subject, lines, asWritten }, (version) =>
    archive.read(version),
  );
  const files = bundleFiles(record, { log: verifierKey, evidence: evidenceKeys }, attester);
  return { files, events: lines.length, traces: eventsByTrace(record).size };
}

async function packed(files: readonly BundleFile[], events: number): Promise<MadeEvidence> {
  const manifest = files.find((file) => file.name === 'manifest.json')?.content ?? Buffer.alloc(0);
  const manifest_sha256 = sha256(manifest);
  return { zip: await zipOf(files), events, manifest_sha256 };
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
