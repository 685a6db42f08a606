import { fromUnits } from './amount.ts';
import { type CountedBudget, keyPart } from './budget-need.ts';
import type { BudgetStore } from './budget-store.ts';
import type { Metric } from './metric.ts';
import { windowAt } from './window.ts';

/** A budget with the counters that are running for it now. Amounts are in dollars for `usd`, in whole units otherwise. */
export type BudgetReportEntry = {
  budget_id: string;
  metric: Metric;
  limit: number;
  window: CountedBudget['window'];
  per: CountedBudget['per'];
  on_exceed: CountedBudget['on_exceed'];
  window_ends_at?: string;
  counters: { scope: string; used: number; reserved: number }[];
};

export type BudgetReport = {
  /** All defined budgets, by id. `tenantId` `*` sees every counter; anyone else its own and the shared ones. */
  list(tenantId: string): Promise<BudgetReportEntry[]>;
};

/** Most counters shown for one budget: of a budget per trace there may be millions. */
const MAX_COUNTERS = 1_000;

export function createBudgetReport(deps: {
  store: Pick<BudgetStore, 'countersBetween'>;
  budgets: () => ReadonlyMap<string, CountedBudget>;
  clock: () => number;
}): BudgetReport {
  return {
    async list(tenantId) {
      const budgets = [...deps.budgets().values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      return Promise.all(budgets.map((budget) => entryOf(budget, tenantId, deps)));
    },
  };
}

async function entryOf(
  budget: CountedBudget,
  tenantId: string,
  { store, clock }: { store: Pick<BudgetStore, 'countersBetween'>; clock: () => number },
): Promise<BudgetReportEntry> {
  const { start, ends_at } = windowAt(budget.window, clock());
  const prefix = `${keyPart(budget.id)}|${tenantId === '*' || budget.per === 'shared' ? '' : keyPart(tenantId)}`;
  const found = await store.countersBetween(prefix, `|${start}`, MAX_COUNTERS);
  const shown = (units: number) => fromUnits(budget.metric, units);
  const counters = found.flatMap(({ key, used, reserved }) => {
    const [, scope = ''] = key.split('|');
    if (!isVisible(scope, tenantId)) return [];
    return [{ scope, used: shown(used), reserved: shown(reserved) }];
  });
  return {
    budget_id: budget.id,
    metric: budget.metric,
    limit: shown(budget.limit_units),
    window: budget.window,
    per: budget.per,
    on_exceed: budget.on_exceed,
    ...(ends_at === undefined ? {} : { window_ends_at: ends_at }),
    counters,
  };
}

function isVisible(scope: string, tenantId: string): boolean {
  const own = keyPart(tenantId);
  return tenantId === '*' || scope === '*' || scope === own || scope.startsWith(`${own}/`);
}
