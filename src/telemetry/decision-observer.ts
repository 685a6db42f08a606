import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

type Answer = {
  decision: string;
  control: string;
  findings?: readonly { category: string; severity: string }[];
  steps: readonly { matched_rules: readonly { id: string; doubt?: string }[] }[];
};
type Owner = { tenant_id: string | undefined };

/** Counts every decision, and tells of stages that failed. `count` is told of it as well. */
export function createDecisionObserver<A extends Answer, O extends Owner>(
  metrics: Metrics,
  logger: Logger,
  count: (answer: A, owner: O) => void,
) {
  return {
    decided(answer: A, owner: O, seconds: number): void {
      metrics.countDecision(answer.decision, answer.control, owner.tenant_id ?? 'none');
      metrics.observeEvaluate(seconds);
      count(answer, owner);
      for (const { category, severity } of answer.findings ?? []) metrics.countFinding(category, severity);
      for (const step of answer.steps) countDoubts(metrics, step);
    },
    fault(traceId: string, fault: unknown): void {
      logger.error({ err: fault, trace_id: traceId }, 'a stage failed; the plan was blocked');
    },
  };
}

function countDoubts(metrics: Metrics, { matched_rules }: Answer['steps'][number]): void {
  for (const { id, doubt } of matched_rules) if (doubt !== undefined) metrics.countDoubt(id);
}
