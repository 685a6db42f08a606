import { PlanError } from '../plan/plan-error.ts';
import { planSchema, shorthandSchema } from '../plan/schema.ts';
import { isShorthand } from '../plan/shorthand.ts';
import type { BundleTest } from '../policy/bundle-tests.ts';
import type { Issue } from '../policy/problem.ts';
import { readBySchema } from '../policy/schema-issues.ts';

/** Why the plans of a test cannot be decided, each with its place in the test and what was probably meant. */
export function planFaults({ plan, before = [] }: BundleTest, error: unknown): Issue[] {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof PlanError))
    return [{ pointer: '', message: `its plan cannot be decided: ${message}` }];
  const plans = [
    ...before.map((earlier, index) => ({ at: `/before/${index}`, plan: earlier })),
    { at: '/plan', plan },
  ];
  const unfit = plans.flatMap(({ at, plan: given }) => formFaults(given).map((issue) => within(at, issue)));
  if (unfit.length > 0) return unfit;
  // Which of several plans it is about is not known.
  const at = before.length === 0 ? '/plan' : undefined;
  return error.errors.map(({ pointer, message: words }) => ({
    pointer: at === undefined ? '' : `${at}${pointer}`,
    message: `its plan cannot be decided: ${words}`,
  }));
}

function formFaults(plan: unknown): Issue[] {
  const { issues = [] } = isShorthand(plan)
    ? readBySchema(shorthandSchema, plan)
    : readBySchema(planSchema, plan);
  return issues;
}

function within(at: string, { pointer, message, ...issue }: Issue): Issue {
  return { ...issue, pointer: `${at}${pointer}`, message: `its plan cannot be decided: ${message}` };
}
