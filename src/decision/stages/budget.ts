import { costIn } from '../../plan/cost.ts';
import type { Cost } from '../../plan/plan.ts';
import type { BudgetFact } from '../facts.ts';
import type { Effect, Stage, StageResult } from '../stage.ts';

/** How long an approval that a budget asks for stays open. */
const BUDGET_APPROVAL_TTL_MS = 15 * 60_000;

/**
 * Blocks a plan that would overspend a budget, or asks for approval where the budget says so; otherwise asks to
 * reserve the plan's cost on each of the agent's budgets.
 *
 * Amounts are integers: micro-units of USD, tokens, calls. Spending the last unit is allowed. The gateway reserves in
 * the same tick in which the figures were read, so they are never stale.
 */
export const budget: Stage = ({ plan, facts }) => {
  const undefinedBudget = facts.unknown_budgets[0];
  if (undefinedBudget !== undefined) {
    return {
      decision: 'block',
      reason: 'unknown_budget',
      detail: { budget_id: undefinedBudget },
      effects: [],
    };
  }
  if (facts.budgets.length === 0) return { decision: 'allow', reason: 'no_budget', detail: {}, effects: [] };
  const cost = totalCost(plan.steps);
  const over = facts.budgets.filter(
    (seen) => costIn(cost, seen.metric) > seen.limit - seen.used - seen.reserved,
  );
  const hard = over.find((seen) => seen.on_exceed === 'block');
  if (hard !== undefined) {
    return {
      decision: 'block',
      reason: 'budget_exceeded',
      detail: { ...figures(hard, cost), cost },
      effects: [],
    };
  }
  const effects = facts.budgets.map((seen): Effect => {
    const { budget_id, key, metric } = seen;
    return { type: 'reserve_budget', budget_id, key, metric, amount: costIn(cost, metric) };
  });
  return over.length === 0
    ? { decision: 'allow', reason: 'within_budget', detail: { cost }, effects }
    : approvalFor(over, cost, effects);
};

/** What the whole plan is estimated to cost. */
export function totalCost(steps: readonly { cost: Cost }[]): Cost {
  const total: Cost = { tokens: 0, tool_calls: 0, usd_micros: 0 };
  for (const { cost } of steps) {
    total.usd_micros += cost.usd_micros;
    total.tokens += cost.tokens;
    total.tool_calls += cost.tool_calls;
  }
  return total;
}

function figures(seen: BudgetFact, cost: Cost): Record<string, unknown> {
  const { budget_id, metric, limit, used, reserved } = seen;
  return { budget_id, metric, limit, used, reserved, needed: costIn(cost, metric) };
}

function approvalFor(over: readonly BudgetFact[], cost: Cost, effects: Effect[]): StageResult {
  const rule_hashes = over.map((seen) => `budget:${seen.budget_id}`).sort();
  return {
    decision: 'require_approval',
    reason: 'budget_exceeded',
    detail: { cost, exceeded: over.map((seen) => figures(seen, cost)) },
    demand: { ttl_ms: BUDGET_APPROVAL_TTL_MS, required: 1, approvers: [], rule_hashes },
    effects,
  };
}
