import type { Approval } from '../approvals/approval.ts';
import type { EventDraft } from '../audit/event.ts';
import type { Reservation } from '../budgets/budget.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { Demand, Effect } from '../decision/stage.ts';
import type { NormalizedPlan } from '../plan/normalize.ts';
import type { Caller } from '../tokens/caller.ts';

/** What a decision takes and brings about, before it is durable. */
export type Consequences = {
  reservations: Reservation[];
  /** A new approval that now waits for a person. */
  opened?: Approval;
  /** An approval that this plan uses up. */
  consumed?: string;
  events: EventDraft[];
};

export type EffectSubject = {
  normalized: NormalizedPlan;
  caller: Caller;
  facts: Facts;
  decision: Decision;
  newId: (prefix: string) => string;
};

/** Turns the effects a decision asks for into amounts to hold and events to append. Performs nothing itself. */
export function consequencesOf(subject: EffectSubject): Consequences {
  const { decision, normalized } = subject;
  const consequences: Consequences = { reservations: reservationsOf(decision.effects), events: [] };
  for (const effect of decision.effects) {
    if (effect.type === 'open_approval') {
      const approval = openApproval(effect.demand, subject);
      consequences.opened = approval;
      consequences.events.push({ event_type: 'approval_requested', payload: { approval } });
    } else if (effect.type === 'consume_approval') {
      const { execution_plan_id } = normalized.envelope;
      consequences.consumed = effect.approval_id;
      const payload = { approval_id: effect.approval_id, execution_plan_id };
      consequences.events.push({ event_type: 'approval_consumed', payload });
    }
  }
  return consequences;
}

/** What a decision asks to hold. */
export function reservationsOf(effects: readonly Effect[]): Reservation[] {
  return effects.flatMap((effect) => {
    if (effect.type !== 'reserve_budget') return [];
    const { amount, budget_id, key, metric } = effect;
    return [{ amount, budget_id, key, metric }];
  });
}

function openApproval(
  demand: Demand,
  { normalized, caller, facts, decision, newId }: EffectSubject,
): Approval {
  const { plan, plan_hash, envelope } = normalized;
  const { ttl_ms, required, approvers, rule_hashes } = demand;
  return {
    approval_id: newId('apr'),
    status: 'pending',
    plan_hash,
    trace_id: envelope.trace_id,
    execution_plan_id: envelope.execution_plan_id,
    tenant_id: facts.agent?.tenant_id ?? caller.tenant_id,
    agent_id: facts.agent?.agent_id ?? '',
    requested_by: { name: caller.name, token_id: caller.token_id },
    ...(plan.on_behalf_of === undefined ? {} : { on_behalf_of: plan.on_behalf_of }),
    tool_names: [...new Set(plan.steps.map((step) => step.tool_name))],
    reason: decision.reason,
    summary: decision.explanation.summary,
    risk_level: decision.explanation.risk_level,
    rule_hashes,
    required,
    approvers,
    bundle_version: facts.bundle.version,
    plan,
    created_at: facts.now,
    expires_at: new Date(Date.parse(facts.now) + ttl_ms).toISOString(),
    granted_by: [],
  };
}
