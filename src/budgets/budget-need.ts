import { toUnits } from './amount.ts';
import type { Budget } from './budget.ts';
import { BudgetError } from './budget-error.ts';
import type { Metric } from './metric.ts';
import { type WindowSpan, windowsOf } from './window.ts';

/** A budget whose limit is in integer units (micro-units for `usd`), as the ledger counts. */
export type CountedBudget = Omit<Budget, 'limit'> & {
  limit_units: number;
  /** The window that holds a time in milliseconds since 1970. */
  windowAt: (nowMs: number) => WindowSpan;
};

/** Whose spending it is. */
export type BudgetSubject = { tenant_id: string; agent_id: string; session_id?: string; trace_id: string };

/** One counter that a plan touches, at the moment of its decision. */
export type BudgetNeed = {
  budget_id: string;
  key: string;
  metric: Metric;
  limit: number;
  on_exceed: 'block' | 'require_approval';
  window_ends_at?: string;
};

/**
 * Budgets by id, with their limits as integers. Throws `invalid_budget` where two share an id or a limit is not
 * exact: a limit is never rounded.
 */
export function countBudgets(budgets: readonly Budget[]): Map<string, CountedBudget> {
  const counted = new Map<string, CountedBudget>();
  for (const { limit, ...budget } of budgets) {
    if (counted.has(budget.id))
      throw new BudgetError('invalid_budget', `budget ${budget.id} is defined twice`);
    const limit_units = limitUnits(budget.id, budget.metric, limit);
    counted.set(budget.id, { ...budget, limit_units, windowAt: windowsOf(budget.window) });
  }
  return counted;
}

function limitUnits(id: string, metric: Metric, limit: number): number {
  try {
    return toUnits(metric, limit);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BudgetError('invalid_budget', `the limit of budget ${id} is not usable: ${why}`);
  }
}

/** The counter that `subject` spends from under `budget` at `nowMs`. */
export function budgetNeed(budget: CountedBudget, subject: BudgetSubject, nowMs: number): BudgetNeed {
  const { start, ends_at } = budget.windowAt(nowMs);
  const need: BudgetNeed = {
    budget_id: budget.id,
    key: `${keyPart(budget.id)}|${scopeOf(budget, subject)}|${start}`,
    metric: budget.metric,
    limit: budget.limit_units,
    on_exceed: budget.on_exceed,
  };
  if (ends_at !== undefined) need.window_ends_at = ends_at;
  return need;
}

function scopeOf(budget: CountedBudget, subject: BudgetSubject): string {
  const tenant = keyPart(subject.tenant_id);
  switch (budget.per) {
    case 'agent':
      return `${tenant}/${keyPart(subject.agent_id)}`;
    case 'tenant':
      return tenant;
    case 'session':
      // One part more than a session has, so that an agent's share is never that of a session with its name.
      return subject.session_id === undefined
        ? `${tenant}/agent/${keyPart(subject.agent_id)}`
        : `${tenant}/${keyPart(subject.session_id)}`;
    case 'trace':
      return `${tenant}/${keyPart(subject.trace_id)}`;
    case 'shared':
      return '*';
  }
}

/** Ids are free text: what separates the parts of a key is escaped, so that two subjects never share a counter. */
export function keyPart(id: string): string {
  return /[%|/*]/.test(id) ? id.replaceAll(/[%|/*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`) : id;
}
