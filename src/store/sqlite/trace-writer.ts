import type { CommittedGroup, EventDraft } from '../../audit/event.ts';
import { MAX_LISTED_PLANS } from '../../replay/event-index.ts';
import type { SqliteDatabase } from './database.ts';
import type { ZoneWriter } from './zones.ts';

/** Files a committed group in the event index. Runs for every decision, so it is two inserts and no read. */
export type TraceWriter = (group: CommittedGroup) => void;

/** What a decision leaves in its trace's row; all `null` for a group without one. */
type DecisionColumns = {
  decision: string | null;
  reason: string | null;
  control: string | null;
  lowest_trust: string | null;
  tools: readonly string[];
  decisions: readonly string[];
  agents: readonly string[];
  plans: readonly string[];
  correlation_id: string | null;
  session_id: string | null;
  parent_trace_id: string | null;
};

type ListColumns = {
  tools: string;
  decisions: string;
  agent_ids: string;
  execution_plan_ids: string;
  lowest_trust: string | null;
};

const LISTS = ['tools', 'decisions', 'agent_ids', 'execution_plan_ids', 'lowest_trust'] as const;

const INSERT_SPAN = `INSERT INTO spans
  (first_sequence, last_sequence, offset, bytes, timestamp, trace_id, tenant_id, agent_id, continues, decided_plan_id, allowed)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const INSERT_TRACE = `INSERT INTO traces
  (first_sequence, trace_id, tenant_id, agent_id, started_at, ended_at, head_sequence, head_hash,
   final_decision, reason, control, lowest_trust, tools, decisions, agent_ids, execution_plan_ids, correlation_id, session_id,
   purged_events)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (trace_id) DO NOTHING`;

const EXTEND_TRACE = `UPDATE traces SET ended_at = ?, head_sequence = ?, head_hash = ?, agent_id = coalesce(agent_id, ?)
  WHERE trace_id = ?`;

const DECIDE_TRACE = `UPDATE traces SET final_decision = ?, reason = ?, control = ?, agent_id = ?,
  correlation_id = coalesce(?, correlation_id), session_id = coalesce(?, session_id) WHERE trace_id = ?`;

export function createTraceWriter(db: SqliteDatabase, zones: ZoneWriter): TraceWriter {
  const insertSpan = db.prepare(INSERT_SPAN);
  const insertLink = db.prepare('INSERT OR IGNORE INTO links (parent_trace_id, trace_id) VALUES (?, ?)');
  const begin = createBeginner(db);
  const extend = createExtender(db, zones);

  /** Puts the group into its trace's row; true where the trace was there before. */
  const continueTrace = (group: CommittedGroup, columns: DecisionColumns): boolean => {
    const traceId = group.context.trace_id;
    if (traceId === undefined) return false;
    const isNew = group.trace_sequence === group.last_sequence - group.first_sequence;
    if (isNew && begin(group, traceId, columns)) return false;
    if (extend(group, traceId, columns)) return true;
    // What was before is purged.
    return !begin(group, traceId, columns);
  };

  return (group) => {
    const { context } = group;
    const columns = decisionColumns(group);
    const continues = continueTrace(group, columns);
    zones.note(group.first_sequence, {
      tenant_id: [context.tenant_id ?? null],
      agent_id: [context.agent_id ?? null],
      tool_name: group.events.map(({ tool_name }) => tool_name ?? null),
    });
    zones.note(group.first_sequence, valuesIn(columns));
    if (columns.parent_trace_id !== null) insertLink.run(columns.parent_trace_id, context.trace_id);
    insertSpan.run(
      group.first_sequence,
      group.last_sequence,
      group.offset,
      group.bytes,
      group.timestamp,
      context.trace_id ?? null,
      context.tenant_id ?? null,
      context.agent_id ?? null,
      Number(continues),
      columns.decision === null ? null : (context.execution_plan_id ?? null),
      Number(columns.decision === 'allow'),
    );
  };
}

/** Makes the row of a trace from its first group; false where there is one already. */
function createBeginner(db: SqliteDatabase) {
  const insertTrace = db.prepare(INSERT_TRACE);
  // From here on the row says where it ends.
  const dropHead = db.prepare('DELETE FROM heads WHERE trace_id = ?');
  return (group: CommittedGroup, traceId: string, columns: DecisionColumns): boolean => {
    const gone = Math.max(0, (group.trace_sequence ?? 0) - (group.last_sequence - group.first_sequence));
    const { changes } = insertTrace.run(
      group.first_sequence,
      traceId,
      group.context.tenant_id ?? null,
      group.context.agent_id ?? null,
      group.timestamp,
      group.timestamp,
      group.trace_sequence ?? 0,
      group.hash,
      columns.decision,
      columns.reason,
      columns.control,
      columns.lowest_trust,
      JSON.stringify(columns.tools),
      JSON.stringify(columns.decisions),
      JSON.stringify(columns.agents),
      JSON.stringify(columns.plans),
      columns.correlation_id,
      columns.session_id,
      gone,
    );
    if (changes === 1 && gone > 0) dropHead.run(traceId);
    return changes === 1;
  };
}

/** Brings the row of a trace up to date with a further group; false where there is none. */
function createExtender(db: SqliteDatabase, zones: ZoneWriter) {
  const extendTrace = db.prepare(EXTEND_TRACE);
  const decideTrace = db.prepare(DECIDE_TRACE);
  const readLists = db.prepare<[string], ListColumns & { first_sequence: number }>(
    `SELECT first_sequence, tools, decisions, agent_ids, execution_plan_ids, lowest_trust FROM traces
     WHERE trace_id = ?`,
  );
  const writeLists = db.prepare(
    'UPDATE traces SET tools = ?, decisions = ?, agent_ids = ?, execution_plan_ids = ?, lowest_trust = ? WHERE trace_id = ?',
  );
  return (group: CommittedGroup, traceId: string, columns: DecisionColumns): boolean => {
    const agentId = group.context.agent_id ?? null;
    const { changes } = extendTrace.run(
      group.timestamp,
      group.trace_sequence ?? 0,
      group.hash,
      agentId,
      traceId,
    );
    if (changes === 0) return false;
    if (columns.decision !== null) {
      const { decision, reason, control, correlation_id, session_id } = columns;
      decideTrace.run(decision, reason, control, agentId, correlation_id, session_id, traceId);
    }
    const before = readLists.get(traceId);
    if (before === undefined) return true;
    const after = extendLists(before, columns);
    if (LISTS.every((list) => after[list] === before[list])) return true;
    const { tools, decisions, agent_ids, execution_plan_ids, lowest_trust } = after;
    zones.note(before.first_sequence, {
      agent_id: columns.agents,
      ...valuesIn({ ...columns, lowest_trust }),
    });
    writeLists.run(tools, decisions, agent_ids, execution_plan_ids, lowest_trust, traceId);
    return true;
  };
}

function valuesIn({
  tools,
  decisions,
  lowest_trust,
}: Pick<DecisionColumns, 'tools' | 'decisions' | 'lowest_trust'>) {
  return { tool_name: tools, decision: decisions, trust_level: [lowest_trust] };
}

/** What any plan of the trace was, stays: a later, harmless one must not hide it from a search. */
function extendLists(lists: ListColumns, columns: DecisionColumns): ListColumns {
  return {
    tools: extendList(lists.tools, columns.tools),
    decisions: extendList(lists.decisions, columns.decisions),
    agent_ids: extendList(lists.agent_ids, columns.agents),
    execution_plan_ids: extendList(lists.execution_plan_ids, columns.plans, MAX_LISTED_PLANS),
    lowest_trust: lowerTrust(lists.lowest_trust, columns.lowest_trust),
  };
}

function decisionColumns({ events, context }: CommittedGroup): DecisionColumns {
  const made = events.findLast((event) => event.event_type === 'decision_made');
  // A dry run and an explanation decide nothing.
  const mode = made?.payload?.['mode'];
  const decided = mode === undefined || mode === 'enforce' ? made : undefined;
  return {
    decision: decided?.decision ?? null,
    reason: decided?.reason ?? null,
    control: decided?.control ?? null,
    lowest_trust: made === undefined ? null : textOrNull(context.provenance?.['lowest_trust']),
    tools: toolsOf(made),
    decisions: listOf(decided?.decision),
    agents: listOf(context.agent_id),
    plans: listOf(context.execution_plan_id),
    correlation_id: textOrNull(made?.payload?.['correlation_id']),
    session_id: textOrNull(made?.payload?.['session_id']),
    parent_trace_id: textOrNull(made?.payload?.['parent_trace_id']),
  };
}

const TRUST = ['trusted', 'internal', 'external', 'unverified'];

/** The lower of two levels of trust; an unknown word is the lowest. */
function lowerTrust(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  const rank = (level: string) => (TRUST.includes(level) ? TRUST.indexOf(level) : TRUST.length);
  return rank(a) >= rank(b) ? a : b;
}

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}

function toolsOf(made: EventDraft | undefined): string[] {
  const tools = made?.payload?.['tools'];
  if (!Array.isArray(tools)) return [];
  return [...new Set(tools.filter((tool) => typeof tool === 'string'))];
}

/** A JSON list of texts with `more` at its end, without repeats, up to `limit`; the same text where nothing is new. */
function extendList(json: string, more: readonly string[], limit = Number.POSITIVE_INFINITY): string {
  if (more.length === 0) return json;
  const known = new Set<string>(JSON.parse(json));
  const before = known.size;
  for (const text of more) if (known.size < limit) known.add(text);
  return known.size === before ? json : JSON.stringify([...known]);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
