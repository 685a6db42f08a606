import type { Approval } from '../approvals/approval.ts';
import type { Reservation } from '../budgets/budget.ts';
import type { Counter } from '../budgets/budget-store.ts';
import type { Hold } from '../holds/hold.ts';
import type { JsonObject } from '../json/value.ts';

/**
 * What events that are about to be purged have brought about, and what outlives them: the payload of `state_carried`.
 * At this event the state is exactly this, so a store that is made again from what remains is the same as before.
 */
export type CarriedState = {
  agents: { origin: string; agent: JsonObject }[];
  counters: (Counter & { key: string; budget_id: string; metric: string })[];
  reservations: (Reservation & { tenant_id: string; execution_plan_id: string; reserved_at: string })[];
  /** Those that are pending or approved. */
  approvals: Approval[];
  holds: Hold[];
  /** Sources that were registered or revoked over the API. */
  trust_sources: { source_id: string; origin: string; source: JsonObject }[];
  /** Contents that were remembered by events that go, those of one event and level together. */
  remembered: CarriedContents[];
  /** What became of versions of policies. */
  policies: { kind: string; id: string; sequence: number; record: JsonObject }[];
  /** Traces of which only the beginning goes: what their row says of all of it. */
  traces: CarriedTrace[];
  /** The last events of traces of open approvals: they go on from there, whatever is purged of them. */
  heads: CarriedHead[];
};

export type CarriedContents = {
  tenant_id: string;
  /** Of the event that told of them last. */
  sequence: number;
  trust_level: string;
  content_hashes: string[];
};

export type CarriedHead = {
  trace_id: string;
  tenant_id: string | null;
  head_sequence: number;
  head_hash: string;
};

export type CarriedTrace = {
  trace_id: string;
  started_at: string;
  tools: string[];
  decisions: string[];
  agent_ids: string[];
  execution_plan_ids: string[];
  parents: string[];
  tenant_id: string | null;
  agent_id: string | null;
  final_decision: string | null;
  reason: string | null;
  control: string | null;
  lowest_trust: string | null;
  correlation_id: string | null;
  session_id: string | null;
};

/** A purge that the store knows of. */
export type PurgedRange = { first: number; last: number; until: string; sequence: number };

/** Traces that a purge would cut, as far as they have been looked for. */
export type CutTraces = {
  trace_ids: string[];
  /** Where to look on; absent once all were. */
  next?: number;
};

/** What purging asks of the store. */
export type RetentionStore = {
  /** Some of the traces that begin at `from` or later, up to `last`, and go on behind it. Takes some milliseconds. */
  cutTraces(from: number, last: number): Promise<CutTraces>;
  /**
   * The state as of now. Of the traces that a purge up to `last` cuts, those in `cut` were found before; those that went
   * on since `since` are looked for here. `nowMs` says which windows of budgets are running.
   */
  carriedState(ask: {
    last: number;
    cut: readonly string[];
    since: number;
    nowMs: number;
  }): Promise<CarriedState>;
  /** All that were purged, oldest first. */
  purges(): Promise<PurgedRange[]>;
  /**
   * Takes some of the rows of purged events out, no more than take some milliseconds: those up to the end of a range.
   * Resolves with true once none is left.
   */
  trimPurged(range: PurgedRange): Promise<boolean>;
};
