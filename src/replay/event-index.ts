import type { TraceHead } from '../audit/event.ts';

/** One committed group: where its lines stand in the log, and what a list of events is filtered by. */
export type Span = {
  first_sequence: number;
  last_sequence: number;
  /** Byte offset of the first line, and bytes of all lines with their newlines. */
  offset: number;
  bytes: number;
  timestamp: string;
  trace_id?: string;
  tenant_id?: string;
  agent_id?: string;
};

/** Plans named in the row of a trace: an agent may use one trace for as long as it lives. */
export const MAX_LISTED_PLANS = 50;

/** One row of the replay list: what a trace came to so far. */
export type TraceEntry = {
  trace_id: string;
  tenant_id?: string;
  agent_id?: string;
  started_at: string;
  ended_at: string;
  event_count: number;
  /** The first so many of them were purged and are gone; absent where none was. */
  purged_events?: number;
  /** Of the latest decision in mode `enforce`; absent while there is none. `lowest_trust` is that of all plans. */
  final_decision?: string;
  reason?: string;
  control?: string;
  lowest_trust?: string;
  /** Of any plan of the trace, in order of first appearance; dry runs and explanations decide nothing. */
  decisions: string[];
  agent_ids: string[];
  tools: string[];
  /** The first `MAX_LISTED_PLANS`; the trace itself has them all. */
  execution_plan_ids: string[];
  correlation_id?: string;
  session_id?: string;
  head: TraceHead;
};

/** A trace belongs to the tenant that first used it; absent where its first events had no tenant. */
export type TraceState = { tenant_id?: string; head: TraceHead };

/** `from` is inclusive, `to` exclusive; both RFC 3339, UTC, milliseconds. */
type TimeRange = { from?: string; to?: string };

export type TraceQuery = TimeRange & {
  /** Absent: every tenant. */
  tenant_id?: string;
  decision?: string;
  agent_id?: string;
  tool_name?: string;
  trust_level?: string;
  correlation_id?: string;
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
};

export type SpanQuery = TimeRange & {
  /** Absent: every tenant. */
  tenant_id?: string;
  agent_id?: string;
  trace_id?: string;
  correlation_id?: string;
  /** Groups that are known not to name this tool are left out; not every one that is there names it. */
  tool_name?: string;
  /** Only groups that begin before this sequence. */
  before_sequence?: number;
  /** 1 to 1000. */
  limit: number;
};

/**
 * Which decision on a plan: the latest allow, and where there is none the latest of all. Dry runs and explanations
 * decide nothing.
 */
export type PlanQuery = {
  execution_plan_id: string;
  /** `*`: every tenant. */
  tenant_id: string;
  /** Absent: of any agent. Agents choose the ids of their plans, so two may use the same. */
  agent_id?: string;
  /** Agents whose plans are not meant. */
  except_agents?: readonly string[];
  /** Only decisions that came after this sequence. */
  after_sequence?: number;
};

/** The decisions on a plan in one trace, newest first. `isAll` is false where there may be others that were not looked at. */
export type PlanDecisions = { spans: Span[]; isAll: boolean };

/** The searchable view of the log. The log is the truth: this can be deleted and built again from it. */
export type EventIndex = {
  traceState(traceId: string): Promise<TraceState | undefined>;
  trace(traceId: string): Promise<TraceEntry | undefined>;
  /** Newest first, by first event. Rejects with `invalid_cursor` for a cursor it did not make. */
  traces(query: TraceQuery): Promise<{ items: TraceEntry[]; next_cursor?: string }>;
  /** Groups of a trace, oldest first, from `fromSequence` on, at most `limit` (1 to 10,000). */
  spansOfTrace(traceId: string, fromSequence: number, limit: number): Promise<Span[]>;
  /** The group with the decision in force on a plan, and where the latest of all decisions on it ends. */
  decisionInForce(query: PlanQuery): Promise<{ span: Span; latest_sequence: number } | undefined>;
  /** The groups with decisions on a plan of this id in this trace; dry runs and explanations decide nothing. */
  decisionsInTrace(plan: { execution_plan_id: string; trace_id: string }): Promise<PlanDecisions>;
  /** Traces with a plan that names this one as its parent, by id, at most `limit`. Their tenants may be others. */
  childTraces(traceId: string, limit: number): Promise<string[]>;
  /** Newest first. */
  spans(query: SpanQuery): Promise<Span[]>;
};
