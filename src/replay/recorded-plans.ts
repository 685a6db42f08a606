import type { AuditEvent } from '../audit/event.ts';
import type { JsonValue } from '../json/value.ts';

/** A plan as it was received (secrets redacted) and what became of it. */
export type RecordedPlan = {
  execution_plan_id: string;
  plan_hash?: string;
  mode?: string;
  decision?: string;
  reason?: string;
  control?: string;
  received_at: string;
  plan: JsonValue;
};

/** Every plan of a trace in order. A plan that was submitted again, after an approval say, stands there again. */
export function plansOf(events: readonly AuditEvent[]): RecordedPlan[] {
  const plans: RecordedPlan[] = [];
  const latest = new Map<string, RecordedPlan>();
  for (const event of events) {
    const id = event.execution_plan_id;
    if (id === undefined) continue;
    if (event.event_type === 'plan_received') {
      const plan: RecordedPlan = {
        execution_plan_id: id,
        received_at: event.timestamp,
        plan: event.payload?.['plan'] ?? null,
      };
      plans.push(plan);
      latest.set(id, plan);
    } else if (event.event_type === 'decision_made') {
      const plan = latest.get(id);
      if (plan !== undefined) Object.assign(plan, verdictOf(event));
    }
  }
  return plans;
}

function verdictOf(event: AuditEvent): Partial<RecordedPlan> {
  const verdict: Partial<RecordedPlan> = {};
  const hash = event.payload?.['plan_hash'];
  const mode = event.payload?.['mode'];
  if (typeof hash === 'string') verdict.plan_hash = hash;
  if (typeof mode === 'string') verdict.mode = mode;
  if (event.decision !== undefined) verdict.decision = event.decision;
  if (event.reason !== undefined) verdict.reason = event.reason;
  if (event.control !== undefined) verdict.control = event.control;
  return verdict;
}
