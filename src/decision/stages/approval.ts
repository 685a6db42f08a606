import { mergeDemands } from '../demand.ts';
import type { ApprovalFact } from '../facts.ts';
import type { RegisteredReason } from '../reasons.ts';
import type { Demand, Stage, StageInput, StageResult } from '../stage.ts';

/**
 * Is a person's approval needed, and is it there?
 *
 * An approval is a fact, not a grant: the plan has been decided afresh by the stages before, and the approval counts
 * only for this very plan and only for the rules it was opened for. A rule that was not there when it was opened, or
 * that changed since, asks anew. A plan that names an approval it cannot use is blocked, so that a mistaken or forged
 * id never looks like a fresh request. Where nobody can approve, what would have to be asked for is blocked.
 */
export const approval: Stage = (input) => {
  const demand = mergeDemands(demandsOf(input));
  const { facts } = input;
  if (demand === 'conflict') return blocked('obligation_conflict', undefined);
  if (facts.approval !== undefined) {
    const problem = approvalProblem(facts.approval, facts);
    if (problem !== undefined) return blocked(problem, facts.approval);
  }
  if (demand === undefined)
    return { decision: 'allow', reason: 'approval_not_needed', detail: {}, effects: [] };
  const seen = facts.approval ?? undefined;
  if (seen === undefined || !covers(seen, demand))
    return facts.no_approvers === true ? blocked('approval_unavailable', undefined) : asked(demand);
  if (seen.status === 'pending') {
    return {
      decision: 'require_approval',
      reason: 'approval_pending',
      detail: { approval_id: seen.approval_id },
      effects: [],
    };
  }
  return {
    decision: 'allow',
    reason: 'approval_granted',
    detail: { approval_id: seen.approval_id },
    effects: [{ type: 'consume_approval', approval_id: seen.approval_id }],
  };
};

function demandsOf({ earlier }: StageInput): Demand[] {
  const demands: Demand[] = [];
  for (const { result } of earlier) {
    if (result.demand !== undefined) demands.push(result.demand);
    for (const step of result.steps ?? []) if (step.demand !== undefined) demands.push(step.demand);
  }
  return demands;
}

const UNUSABLE: Partial<Record<ApprovalFact['status'], RegisteredReason>> = {
  rejected: 'approval_rejected',
  expired: 'approval_expired',
  consumed: 'approval_consumed',
  cancelled: 'approval_cancelled',
};

function approvalProblem(
  seen: ApprovalFact | null,
  facts: StageInput['facts'],
): RegisteredReason | undefined {
  if (seen === null || seen.tenant_id !== (facts.agent?.tenant_id ?? facts.caller.tenant_id))
    return 'approval_not_found';
  if (seen.plan_hash !== facts.plan_hash) return 'approval_plan_mismatch';
  const unusable = UNUSABLE[seen.status];
  if (unusable !== undefined) return unusable;
  return seen.expires_at <= facts.now ? 'approval_expired' : undefined;
}

function covers(seen: ApprovalFact, demand: Demand): boolean {
  return demand.rule_hashes.every((hash) => seen.rule_hashes.includes(hash));
}

function blocked(reason: RegisteredReason, seen: ApprovalFact | null | undefined): StageResult {
  const detail =
    seen === null || seen === undefined ? {} : { approval_id: seen.approval_id, status: seen.status };
  return { decision: 'block', reason, detail, effects: [] };
}

function asked(demand: Demand): StageResult {
  return {
    decision: 'require_approval',
    reason: 'approval_required',
    detail: { required: demand.required, approvers: demand.approvers },
    effects: [{ type: 'open_approval', demand }],
  };
}
