import type { EventGroup } from '../audit/event.ts';
import type { EventIndex, Span, TraceEntry } from '../replay/event-index.ts';
import { EvidenceError } from './evidence-error.ts';
import type { EvidenceTask, MadeEvidence } from './evidence-thread.ts';
import type { EvidenceFilter, Sample, Subject } from './record.ts';
import { pick } from './sample.ts';

/** Events of one bundle at most. */
export const MAX_EVENTS = 50_000;
/** Traces that are counted, of which a sample may be picked. */
export const MAX_POPULATION = 200_000;
const SPANS_AT_ONCE = 5_000;
const TRACES_AT_ONCE = 1_000;

export type ExportSources = {
  index: Pick<EventIndex, 'trace' | 'traces' | 'spansOfTrace'>;
  /** Resolves when a checkpoint covers what is durable now. */
  signCheckpoint(): Promise<void>;
  make(task: EvidenceTask): Promise<MadeEvidence>;
  record(group: EventGroup): Promise<unknown>;
};

export type Exporter = { name: string; token_id: string; tenant_id: string };

/** Makes evidence, and leaves an event of it: who took what, named by the hash of its manifest. */
export type Exports = {
  /**
   * The evidence of a trace as a zip; `undefined` for one of another tenant. `log` names one that was taken over. Rejects
   * with `EvidenceError`.
   */
  trace(traceId: string, by: Exporter, log?: string): Promise<Buffer | undefined>;
  /** Of all traces that fit the filter, or of a sample of them. Rejects with `EvidenceError`. */
  period(filter: EvidenceFilter, sample: Sample | undefined, by: Exporter): Promise<Buffer>;
};

export function createExports(sources: ExportSources): Exports {
  return {
    async trace(traceId, by) {
      const entry = await sources.index.trace(traceId);
      const { tenant_id, purged_events: gone = 0 } = entry ?? {};
      if (entry === undefined || (by.tenant_id !== '*' && tenant_id !== by.tenant_id)) return undefined;
      assertFits(entry.event_count - gone);
      await sources.signCheckpoint();
      const spans = await spansOf(traceId, sources);
      const subject: Subject = { kind: 'trace', trace_id: traceId, ...purgedOf([entry]) };
      return exported({ subject, spans, heads: headsOf([entry]) }, { by, tenant_id }, sources);
    },
    async period(filter, sample, by) {
      const found = await tracesOf(filter, sources);
      const population = [...found.keys()].toSorted();
      const picked = pick(population, sample);
      const entries = picked.flatMap((id) => found.get(id) ?? []);
      assertFits(entries.reduce((sum, each) => sum + each.event_count - (each.purged_events ?? 0), 0));
      await sources.signCheckpoint();
      const spans: Span[] = [];
      for (const id of picked) spans.push(...(await spansOf(id, sources)));
      const subject: Subject = {
        ...{ kind: 'period', filter, population },
        ...(sample && { sample }),
        ...purgedOf(entries),
      };
      const tenant_id = by.tenant_id === '*' ? undefined : by.tenant_id;
      const task = { subject, spans: spans.toSorted(byOffset), heads: headsOf(entries) };
      return exported(task, { by, tenant_id }, sources);
    },
  };
}

/** Whose first events are no longer in the log. */
function purgedOf(entries: readonly TraceEntry[]): Pick<Subject, 'purged'> {
  const purged = entries.flatMap(({ trace_id, purged_events = 0 }) =>
    purged_events > 0 ? [[trace_id, purged_events] as const] : [],
  );
  return purged.length > 0 ? { purged: Object.fromEntries(purged) } : {};
}

function headsOf(entries: readonly TraceEntry[]): EvidenceTask['heads'] {
  return Object.fromEntries(entries.map(({ trace_id, head }) => [trace_id, head]));
}

function byOffset(a: Span, b: Span): number {
  return a.offset - b.offset;
}

function assertFits(events: number): void {
  if (events <= MAX_EVENTS) return;
  throw new EvidenceError(
    'evidence_too_large',
    `there are ${events} events, and a bundle holds ${MAX_EVENTS}: narrow the filter, or take a sample`,
  );
}

async function exported(
  task: EvidenceTask,
  { by: { name, token_id }, tenant_id }: { by: Exporter; tenant_id: string | undefined },
  { make, record }: ExportSources,
): Promise<Buffer> {
  const { zip, events, manifest_sha256 } = await make(task);
  const { subject } = task;
  const what =
    subject.kind === 'trace'
      ? { trace_id: subject.trace_id }
      : { filter: subject.filter, ...(subject.sample && { sample: subject.sample }) };
  const payload = { ...what, events, manifest_sha256, by: { name, token_id } };
  // An event of the trace would make each export another one.
  const context = tenant_id === undefined ? {} : { tenant_id };
  await record({ context, events: [{ event_type: 'evidence_exported', payload }] });
  return Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
}

async function spansOf(traceId: string, { index }: ExportSources): Promise<Span[]> {
  const spans: Span[] = [];
  for (;;) {
    const from = (spans.at(-1)?.last_sequence ?? -1) + 1;
    const found = await index.spansOfTrace(traceId, from, SPANS_AT_ONCE);
    spans.push(...found);
    if (found.length < SPANS_AT_ONCE) return spans;
  }
}

/** The traces that fit the filter, by id. */
async function tracesOf(filter: EvidenceFilter, { index }: ExportSources): Promise<Map<string, TraceEntry>> {
  const found = new Map<string, TraceEntry>();
  let cursor: string | undefined;
  do {
    const page = await index.traces({
      ...filter,
      limit: TRACES_AT_ONCE,
      ...(cursor !== undefined && { cursor }),
    });
    for (const entry of page.items) found.set(entry.trace_id, entry);
    if (found.size > MAX_POPULATION)
      throw new EvidenceError(
        'evidence_too_large',
        `more than ${MAX_POPULATION} traces fit: narrow the filter, by a shorter time say`,
      );
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return found;
}
