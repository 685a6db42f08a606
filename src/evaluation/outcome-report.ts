import { z } from 'zod';
import type { ActualCost } from '../budgets/budget-ledger.ts';
import { METRICS, type Metric } from '../budgets/metric.ts';
import { costIn, toMicros } from '../plan/cost.ts';
import type { Cost, Plan } from '../plan/plan.ts';

const costSchema = z.strictObject({
  usd: z.number().nonnegative().max(1_000_000_000).optional(),
  tokens: z.int().nonnegative().max(1_000_000_000_000).optional(),
  tool_calls: z.int().nonnegative().max(1_000_000).optional(),
});

/** `POST /executions/{execution_plan_id}/outcome`: what became of a plan. */
export const outcomeReportSchema = z.strictObject({
  status: z.enum(['succeeded', 'failed', 'cancelled']),
  cost: costSchema
    .optional()
    .meta({ description: 'Real cost of the whole plan; otherwise the sum of its steps.' }),
  steps: z
    .array(
      z.strictObject({
        step_id: z.string().min(1).max(128),
        status: z.enum(['succeeded', 'failed', 'skipped']),
        cost: costSchema.optional(),
        output: z.json().optional().meta({ description: 'Inspected by the guard, then kept by hash only.' }),
        error: z.string().max(10_000).optional(),
      }),
    )
    .max(200)
    .optional(),
  permit: z
    .string()
    .max(16_384)
    .optional()
    .meta({ description: 'The permit the plan ran under, when it had one.' }),
});
export type OutcomeReport = z.infer<typeof outcomeReportSchema>;

/**
 * The real cost of a plan by metric, in the units budgets count in. What a step that ran does not report is booked at
 * its estimate; what never ran costs nothing. A metric that is absent from the result is booked as it was reserved.
 * A step that ran was a call of a tool, whatever the report says of their number.
 */
export function actualCost(report: OutcomeReport, plan: Pick<Plan, 'steps'>): ActualCost {
  const total: ActualCost = {};
  const estimates = new Map(plan.steps.map((step) => [step.step_id, step.cost]));
  for (const metric of METRICS) {
    const amount = inUnits(metric, report.cost?.[metric]) ?? sumOfSteps(report, metric, estimates);
    if (amount !== undefined) total[metric] = amount;
  }
  if (total.tool_calls !== undefined)
    total.tool_calls = Math.max(total.tool_calls, fewestCalls(report, plan));
  return total;
}

/** Steps that ran, as far as the report says which. */
function fewestCalls({ steps, status }: OutcomeReport, plan: Pick<Plan, 'steps'>): number {
  if (steps !== undefined) return steps.filter((step) => step.status !== 'skipped').length;
  return status === 'succeeded' ? plan.steps.length : 0;
}

/** `undefined` where the report has no steps and does not say that nothing ran. */
function sumOfSteps(
  report: OutcomeReport,
  metric: Metric,
  estimates: ReadonlyMap<string, Cost>,
): number | undefined {
  if (report.steps === undefined) return report.status === 'cancelled' ? 0 : undefined;
  const ran = report.steps.filter((step) => step.status !== 'skipped');
  const costs = ran.map(
    ({ step_id, cost }) => inUnits(metric, cost?.[metric]) ?? estimated(estimates.get(step_id), metric),
  );
  return costs.reduce((sum, cost) => sum + cost, 0);
}

function estimated(estimate: Cost | undefined, metric: Metric): number {
  return estimate === undefined ? 0 : costIn(estimate, metric);
}

/** Real costs are measured, not agreed: what lies below a micro-unit is rounded up, like an estimate. */
function inUnits(metric: Metric, amount: number | undefined): number | undefined {
  return amount === undefined || metric !== 'usd' ? amount : toMicros(amount);
}
