import type { Control } from './decision.ts';
import type { ReasonCode } from './reasons.ts';
import type { DecisionWord, StageRecord } from './stage.ts';

/** The decision on the plan and the control that made it. */
export type PlanVerdict = { decision: DecisionWord; reason: ReasonCode; control: Control };

/**
 * Folds the stages into one verdict: the first block; otherwise what asked for approval, unless a person gave it;
 * otherwise allow.
 */
export function verdictOf(records: readonly StageRecord[]): PlanVerdict {
  const block = records.find(({ result }) => result.decision === 'block');
  if (block !== undefined) return { decision: 'block', reason: block.result.reason, control: block.stage };
  const approval = records.find(({ stage }) => stage === 'approval')?.result;
  if (approval?.decision === 'allow') {
    return approval.reason === 'approval_granted'
      ? { decision: 'allow', reason: 'approval_granted', control: 'approval' }
      : { decision: 'allow', reason: 'allowed', control: 'none' };
  }
  if (approval?.reason === 'approval_pending') {
    return { decision: 'require_approval', reason: 'approval_pending', control: 'approval' };
  }
  const asking = records.find(({ result }) => result.decision === 'require_approval');
  return {
    decision: 'require_approval',
    reason: asking?.result.reason ?? 'approval_required',
    control: asking?.stage ?? 'approval',
  };
}
