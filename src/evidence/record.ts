import type { AuditEvent } from '../audit/event.ts';
import type { JsonObject } from '../json/value.ts';
import type { Subtree } from '../tlog/cover.ts';

/** Which traces; all given members must hold, as in `GET /replay`. Times are RFC 3339, `to` is exclusive. */
export type EvidenceFilter = {
  from?: string;
  to?: string;
  tenant_id?: string;
  agent_id?: string;
  tool_name?: string;
  decision?: string;
  trust_level?: string;
  correlation_id?: string;
  /** The origin of the only log they stand in. */
  log?: string;
};

/** So many traces of all that fit, picked by a seed that anybody can pick by again. */
export type Sample = { size: number; seed: string };

/** What a bundle is about. `population` are the ids of all traces that fit the filter, sorted. */
export type Subject = Purged &
  (
    | { kind: 'trace'; trace_id: string }
    | { kind: 'period'; filter: EvidenceFilter; sample?: Sample; population: readonly string[] }
  );

/** Traces whose first events were purged from the log before, and how many of each. */
type Purged = { purged?: Readonly<Record<string, number>> };

/** What a bundle is made from and what is read back from one: the record, and what speaks for it. */
export type EvidenceRecord = {
  subject: Subject;
  /** The exact lines of the log, in order, and what they say with payloads in place. */
  lines: readonly { raw: Buffer; event: AuditEvent }[];
  /** Payloads that were too large for their lines, by the hex of their SHA-256. */
  blobs: ReadonlyMap<string, Buffer>;
  /** Bundles that decided, by version; one that is not kept is missing. */
  policies: ReadonlyMap<string, JsonObject>;
  /** The checkpoint of the log, and what shows that the events it covers are in it. */
  proof?: { checkpoint: string; ways: Ways };
};

/** For a trace a proof for each event, which other tools read; for a period one cover for all of them. */
export type Ways = { proofs: ReadonlyMap<number, string> } | { cover: readonly Subtree[] };

/** The events of a record. */
export function eventsOf({ lines }: Pick<EvidenceRecord, 'lines'>): AuditEvent[] {
  return lines.map(({ event }) => event);
}

/** The events of each trace of a record, traces by their first event. */
export function eventsByTrace(record: Pick<EvidenceRecord, 'lines'>): Map<string, AuditEvent[]> {
  return Map.groupBy(eventsOf(record), ({ trace_id = '' }) => trace_id);
}
