import type { ReasonCode } from './reasons.ts';
import type { DecisionWord, StageResult, StepResult } from './stage.ts';

const SEVERITY: Record<DecisionWord, number> = { allow: 0, require_approval: 1, block: 2 };

/** The first of the most severe, or `undefined` of an empty list. */
export function mostSevere<T extends { decision: DecisionWord }>(results: readonly T[]): T | undefined {
  return results.reduce<T | undefined>(
    (worst, result) =>
      worst === undefined || SEVERITY[result.decision] > SEVERITY[worst.decision] ? result : worst,
    undefined,
  );
}

/** A stage's result from its results by step: the most severe one speaks for the plan. */
export function stagePerStep(
  steps: StepResult[],
  detail: Record<string, unknown>,
  reasonWhenAllowed: ReasonCode,
): StageResult {
  const worst = mostSevere(steps);
  const decision = worst?.decision ?? 'allow';
  const reason = worst === undefined || decision === 'allow' ? reasonWhenAllowed : worst.reason;
  return { decision, reason, detail, steps, effects: [] };
}
