import type { AuditEvent } from '../audit/event.ts';
import { evidenceOf, type TraceEvidence } from '../replay/summary.ts';
import { summaryOfEvents } from '../replay/summary-of-events.ts';

/** How often something came up. */
export type Count = { name: string; count: number };

/** The traces of a period, and what they add up to. */
export type PeriodSummary = {
  totals: {
    traces: number;
    events: number;
    /** Decisions on plans that were meant to run. */
    plans: number;
    by_decision: Count[];
    by_reason: Count[];
    by_control: Count[];
    by_agent: Count[];
    by_tool: Count[];
    /** What became of approvals: requested, granted, rejected, expired, cancelled, consumed. */
    approvals: Count[];
    /** What agents reported: succeeded, failed, cancelled. */
    executions: Count[];
  };
  traces: TraceEvidence[];
};

export function periodSummary(byTrace: ReadonlyMap<string, readonly AuditEvent[]>): PeriodSummary {
  const events = [...byTrace.values()].flat();
  const made = events.filter(
    ({ event_type, payload }) => event_type === 'decision_made' && payload?.['mode'] === 'enforce',
  );
  const ofType = (start: string) => events.filter(({ event_type }) => event_type.startsWith(start));
  return {
    totals: {
      traces: byTrace.size,
      events: events.length,
      plans: made.length,
      by_decision: counts(made.map(({ decision }) => decision)),
      by_reason: counts(made.map(({ reason }) => reason)),
      by_control: counts(made.map(({ control }) => control)),
      by_agent: counts(made.map(({ agent_id }) => agent_id)),
      by_tool: counts(made.flatMap(({ payload }) => (payload?.['tools'] ?? []) as string[])),
      approvals: counts(
        ofType('approval_')
          .map(({ event_type }) => event_type.slice('approval_'.length))
          .filter((what) => what !== 'checked'),
      ),
      executions: counts(ofType('execution_completed').map(({ payload }) => String(payload?.['status']))),
    },
    traces: [...byTrace].map(([id, own]) => evidenceOf(summaryOfEvents(id, own), own)),
  };
}

/** Most often first; those that are equal by name. */
function counts(values: readonly (string | undefined)[]): Count[] {
  const found = new Map<string, number>();
  for (const value of values) if (value !== undefined) found.set(value, (found.get(value) ?? 0) + 1);
  const entries = [...found].map(([name, count]) => ({ name, count }));
  return entries.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
