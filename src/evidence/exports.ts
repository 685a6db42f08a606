import type { EventGroup } from '../audit/event.ts';
import type { EventIndex, Span, TraceEntry } from '../replay/event-index.ts';
import { EvidenceError } from './evidence-error.ts';
import type { EvidenceLog, EvidenceTask, LogsTask, MadeEvidence } from './evidence-thread.ts';
import type { EvidenceFilter, Sample, Subject } from './record.ts';
import { pick } from './sample.ts';

/** Events of one bundle at most. */
export const MAX_EVENTS = 50_000;
/** Traces that are counted, of which a sample may be picked. */
export const MAX_POPULATION = 200_000;
const SPANS_AT_ONCE = 5_000;
const TRACES_AT_ONCE = 1_000;

/** A log that evidence is taken from. */
export type ExportLog = EvidenceLog & {
  origin: string;
  index: Pick<EventIndex, 'trace' | 'traces' | 'spansOfTrace'>;
  /**
   * Resolves when a checkpoint covers what is durable now. Absent for a log that was taken over: its signer is elsewhere,
   * and what there is was signed before it came.
   */
  signCheckpoint?(): Promise<void>;
};

export type ExportSources = {
  /** The logs that a tenant (`*`: anyone) has, the gateway's own first; with `log` that one alone. */
  logs(tenantId: string, log?: string): readonly ExportLog[];
  make(task: EvidenceTask | LogsTask): Promise<MadeEvidence>;
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
  /**
   * Of all traces that fit the filter, or of a sample of them. From several logs it is a bundle of bundles, one a log.
   * `undefined` where the filter names a log that is not there. Rejects with `EvidenceError`.
   */
  period(filter: EvidenceFilter, sample: Sample | undefined, by: Exporter): Promise<Buffer | undefined>;
};

export function createExports(sources: ExportSources): Exports {
  return {
    async trace(traceId, by, name) {
      for (const log of sources.logs(by.tenant_id, name)) {
        const entry = await log.index.trace(traceId);
        const { tenant_id, purged_events: gone = 0 } = entry ?? {};
        if (entry === undefined || (by.tenant_id !== '*' && tenant_id !== by.tenant_id)) continue;
        assertFits(entry.event_count - gone);
        await log.signCheckpoint?.();
        const spans = await spansOf(traceId, log);
        const subject: Subject = { kind: 'trace', trace_id: traceId, ...purgedOf([entry]) };
        const what = { trace_id: traceId, ...(log.signCheckpoint === undefined && { log: log.origin }) };
        return exported(
          { log: filesOf(log), subject, spans, heads: headsOf([entry]) },
          { what, by, tenant_id },
          sources,
        );
      }
      return undefined;
    },
    async period(filter, sample, by) {
      const logs = sources.logs(filter.tenant_id ?? '*', filter.log);
      const tenant_id = by.tenant_id === '*' ? undefined : by.tenant_id;
      const asked = { filter, ...(sample && { sample }) };
      const [only] = logs;
      if (only === undefined) return undefined;
      if (logs.length === 1) {
        const { task } = await partOf(only, asked);
        return exported(task, { what: asked, by, tenant_id }, sources);
      }
      const parts: LogPart[] = [];
      for (const log of logs)
        parts.push(await partOf(log, { ...asked, filter: { ...filter, log: log.origin } }));
      assertFits(parts.reduce((sum, { events }) => sum + events, 0));
      const what = { ...asked, logs: parts.map(({ origin }) => origin) };
      return exported({ ...asked, parts: parts.map(withoutNothing) }, { what, by, tenant_id }, sources);
    },
  };
}

/** What is to be taken from one log, and how much that is. */
type LogPart = { origin: string; events: number; task: EvidenceTask };

async function partOf(
  log: ExportLog,
  { filter, sample }: { filter: EvidenceFilter; sample?: Sample },
): Promise<LogPart> {
  const found = await tracesOf(filter, log);
  const population = [...found.keys()].toSorted();
  const picked = pick(population, sample);
  const entries = picked.flatMap((id) => found.get(id) ?? []);
  const events = entries.reduce((sum, each) => sum + each.event_count - (each.purged_events ?? 0), 0);
  assertFits(events);
  await log.signCheckpoint?.();
  const spans: Span[] = [];
  for (const id of picked) spans.push(...(await spansOf(id, log)));
  const subject: Subject = {
    ...{ kind: 'period', filter, population },
    ...(sample && { sample }),
    ...purgedOf(entries),
  };
  const task = { log: filesOf(log), subject, spans: spans.toSorted(byOffset), heads: headsOf(entries) };
  return { origin: log.origin, events, task };
}

/** A log in which nothing fits is named, and has no bundle. */
function withoutNothing({ origin, events, task }: LogPart): LogsTask['parts'][number] {
  return events === 0 ? { origin } : { origin, task };
}

/** What crosses to the thread. */
function filesOf({ auditFile, verifierKey }: ExportLog): EvidenceLog {
  return { auditFile, verifierKey };
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

type Export = {
  /** What the event says was taken. */
  what: { trace_id: string; log?: string } | { filter: EvidenceFilter; sample?: Sample; logs?: string[] };
  by: Exporter;
  tenant_id: string | undefined;
};

async function exported(
  task: EvidenceTask | LogsTask,
  { what, by: { name, token_id }, tenant_id }: Export,
  { make, record }: ExportSources,
): Promise<Buffer> {
  const { zip, events, manifest_sha256 } = await make(task);
  const payload = { ...what, events, manifest_sha256, by: { name, token_id } };
  // An event of the trace would make each export another one.
  const context = tenant_id === undefined ? {} : { tenant_id };
  await record({ context, events: [{ event_type: 'evidence_exported', payload }] });
  return Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
}

async function spansOf(traceId: string, { index }: Pick<ExportLog, 'index'>): Promise<Span[]> {
  const spans: Span[] = [];
  for (;;) {
    const from = (spans.at(-1)?.last_sequence ?? -1) + 1;
    const found = await index.spansOfTrace(traceId, from, SPANS_AT_ONCE);
    spans.push(...found);
    if (found.length < SPANS_AT_ONCE) return spans;
  }
}

/** The traces of a log that fit the filter, by id. */
async function tracesOf(
  { log: _, ...filter }: EvidenceFilter,
  { index }: Pick<ExportLog, 'index'>,
): Promise<Map<string, TraceEntry>> {
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
