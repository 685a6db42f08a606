import type { DataFlow } from '../plan/data-flow.ts';
import type { Plan } from '../plan/plan.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { StepDecision } from './decision.ts';
import type { Facts } from './facts.ts';
import type { StageRecord } from './stage.ts';
import type { PlanVerdict } from './verdict.ts';

/** Everything an explanation is made from. */
export type ExplainInput = {
  plan: Plan;
  facts: Facts;
  bundle: Bundle;
  flow: DataFlow;
  records: readonly StageRecord[];
  steps: readonly StepDecision[];
  verdict: PlanVerdict;
};
