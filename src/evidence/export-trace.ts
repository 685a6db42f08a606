import type { EventGroup } from '../audit/event.ts';
import { LogReader } from '../audit/log-reader.ts';
import { readSpanLines, withPayload } from '../audit/span-reader.ts';
import type { JsonObject } from '../json/value.ts';
import type { EventIndex } from '../replay/event-index.ts';
import type { Attester } from './attestation.ts';
import { collectTrace } from './collect-trace.ts';
import { EvidenceError } from './evidence-error.ts';
import { type ClaimedKeys, sha256, traceBundle } from './trace-bundle.ts';
import { zipOf } from './zip.ts';

/** Events of one bundle at most. */
const MAX_EVENTS = 50_000;
const SPANS_AT_ONCE = 5_000;

export type ExportSources = {
  auditFile: string;
  index: Pick<EventIndex, 'trace' | 'spansOfTrace'>;
  /** The content of a bundle that was ever active. */
  policy(version: string): Promise<JsonObject | undefined>;
  /** Resolves when a checkpoint covers what is durable now. */
  signCheckpoint(): Promise<void>;
  record(group: EventGroup): Promise<unknown>;
  keys: ClaimedKeys;
  attester: Attester;
};

export type Exporter = { name: string; token_id: string; tenant_id: string };

/** The evidence of a trace as a zip; `undefined` for one of another tenant. Rejects with `EvidenceError`. */
export type ExportTrace = (traceId: string, by: Exporter) => Promise<Buffer | undefined>;

/** Makes evidence, and leaves an event of it: who took what, named by the hash of its manifest. */
export function createExportTrace(sources: ExportSources): ExportTrace {
  return async (traceId, { name, token_id, tenant_id }) => {
    const entry = await sources.index.trace(traceId);
    if (entry === undefined || (tenant_id !== '*' && entry.tenant_id !== tenant_id)) return undefined;
    if (entry.event_count > MAX_EVENTS)
      throw new EvidenceError(
        'evidence_too_large',
        `the trace has ${entry.event_count} events, and a bundle holds ${MAX_EVENTS}`,
      );
    await sources.signCheckpoint();
    const written = await linesOf(traceId, sources);
    const lines = await Promise.all(
      written.map(async ({ raw, event }) => ({ raw, event: await withPayload(sources.auditFile, event) })),
    );
    const asWritten = written.map(({ event }) => event);
    const record = await collectTrace(sources.auditFile, { traceId, lines, asWritten }, sources.policy);
    const files = traceBundle(record, sources.keys, sources.attester);
    const manifest = files.find((file) => file.name === 'manifest.json');
    const payload = {
      trace_id: traceId,
      events: lines.length,
      manifest_sha256: sha256(manifest?.content ?? Buffer.alloc(0)),
      by: { name, token_id },
    };
    // An event of the trace would make each export another one.
    const context = entry.tenant_id === undefined ? {} : { tenant_id: entry.tenant_id };
    await sources.record({ context, events: [{ event_type: 'evidence_exported', payload }] });
    return zipOf(files);
  };
}

async function linesOf(traceId: string, { auditFile, index }: ExportSources) {
  const reader = new LogReader(auditFile);
  const lines: Awaited<ReturnType<typeof readSpanLines>> = [];
  for (let from = 0; ; ) {
    const spans = await index.spansOfTrace(traceId, from, SPANS_AT_ONCE);
    for (const { offset, bytes, last_sequence } of spans) {
      lines.push(...(await readSpanLines(reader, offset, bytes)));
      from = last_sequence + 1;
    }
    if (spans.length < SPANS_AT_ONCE) return lines;
  }
}
