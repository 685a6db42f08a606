import type { AuditEvent } from '../audit/event.ts';
import { withoutUndefined } from '../json/without-undefined.ts';
import { distrust, TRUST_LEVELS, type TrustLevel } from '../plan/trust-level.ts';
import { MAX_LISTED_PLANS } from './event-index.ts';
import type { TraceSummary } from './replay.ts';

/** The row of a trace from its events alone, for where there is no index. `events` MUST not be empty. */
export function summaryOfEvents(traceId: string, events: readonly AuditEvent[]): TraceSummary {
  const made = events.filter(({ event_type }) => event_type === 'decision_made');
  // A dry run and an explanation decide nothing.
  const decided = made.filter(({ payload }) => (payload?.['mode'] ?? 'enforce') === 'enforce');
  const last = decided.at(-1);
  const lastOf = (member: 'correlation_id' | 'session_id') =>
    decided.map(({ payload }) => payload?.[member]).findLast((value) => typeof value === 'string');
  return withoutUndefined({
    trace_id: traceId,
    tenant_id: events[0]?.tenant_id,
    agent_id: last?.agent_id ?? events.find(({ agent_id }) => agent_id !== undefined)?.agent_id,
    started_at: events[0]?.timestamp,
    ended_at: events.at(-1)?.timestamp,
    event_count: events.length,
    final_decision: last?.decision,
    reason: last?.reason,
    control: last?.control,
    lowest_trust: lowestOf(made),
    tools: unique(made.flatMap(({ payload }) => (payload?.['tools'] ?? []) as string[])),
    decisions: unique(decided.map(({ decision }) => decision)),
    agent_ids: unique(events.map(({ agent_id }) => agent_id)),
    execution_plan_ids: unique(events.map(({ execution_plan_id }) => execution_plan_id)).slice(
      0,
      MAX_LISTED_PLANS,
    ),
    correlation_id: lastOf('correlation_id'),
    session_id: lastOf('session_id'),
  }) as unknown as TraceSummary;
}

function lowestOf(made: readonly AuditEvent[]): string | undefined {
  const levels = made.flatMap(({ provenance }) => provenance?.['lowest_trust'] ?? []).map(String);
  const rank = (level: string) =>
    (TRUST_LEVELS as readonly string[]).includes(level) ? distrust(level as TrustLevel) : TRUST_LEVELS.length;
  return levels.toSorted((a, b) => rank(b) - rank(a))[0];
}

function unique(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
