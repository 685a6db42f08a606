import type { DataFlow } from '../plan/data-flow.ts';
import type { Plan } from '../plan/plan.ts';
import { distrust } from '../plan/trust-level.ts';
import type { Explanation, StepDecision } from './decision.ts';
import type { ExplainInput } from './explain-input.ts';
import type { Facts, SourceTrust } from './facts.ts';
import { REASONS } from './reasons.ts';
import { referencesOf } from './references.ts';
import { remedyFor } from './remedy.ts';
import { riskFactors, riskLevel, riskScore } from './risk.ts';
import type { StageRecord } from './stage.ts';
import type { PlanVerdict } from './verdict.ts';

/** Says in words and figures why a plan got its verdict and what would change it. Pure, like the verdict. */
export function explain(input: ExplainInput): Explanation {
  const factors = riskFactors(input);
  const score = riskScore(factors);
  const origin = originOf(input.facts, input.flow);
  return {
    factors,
    origin,
    references: referencesOf(input.verdict, origin, input.facts.guard.findings),
    remedy: remedyFor(input),
    risk_level: riskLevel(score),
    risk_score: score,
    summary: summaryOf(input),
  };
}

const CONTROL_WORDS: Record<PlanVerdict['control'], string> = {
  identity: 'agent identity',
  local_enforcement: 'the guard',
  capability: 'capabilities',
  policy: 'policy',
  budget: 'a budget',
  approval: 'approval',
  none: 'no control',
};

function summaryOf({ plan, verdict, steps, records }: ExplainInput): string {
  const agent = plan.agent.agent_id ?? plan.agent.agent_name ?? 'The agent';
  const subject = subjectOf(plan, steps, verdict);
  if (verdict.decision === 'allow') {
    return verdict.control === 'approval'
      ? `${agent} may run ${subject}: a person approved exactly this plan.`
      : `${agent} may run ${subject}: every control allowed it.`;
  }
  const word = verdict.decision === 'block' ? 'Blocked' : 'Waiting for approval';
  return `${word} by ${CONTROL_WORDS[verdict.control]}: ${agent} wants to run ${subject}; ${whyOf(verdict, steps, records)}`;
}

/** Names the steps concerned: those that got the verdict, or all of them. */
function subjectOf(plan: Plan, steps: readonly StepDecision[], verdict: PlanVerdict): string {
  const concerned = steps.filter((step) => step.decision === verdict.decision);
  const names = [...new Set((concerned.length > 0 ? concerned : steps).map((step) => step.tool_name))];
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
  return plan.steps.length === 1 ? shown : `${shown} (${concerned.length} of ${plan.steps.length} steps)`;
}

function whyOf(
  verdict: PlanVerdict,
  steps: readonly StepDecision[],
  records: readonly StageRecord[],
): string {
  const record = records.find(({ stage }) => stage === verdict.control);
  const step = steps.find((candidate) => candidate.decision === verdict.decision);
  const rule = step?.matched_rules.find((matched) => matched.reason === verdict.reason);
  const invalid = step?.errors?.[0];
  const reasons = [
    record?.result.detail['problem'],
    rule?.message,
    record?.result.steps?.find((result) => result.decision === verdict.decision)?.message,
    invalid && `${invalid.pointer}: ${invalid.message}`,
    REASONS[verdict.reason as keyof typeof REASONS],
    `rule ${rule?.id ?? '?'} gives the reason ${verdict.reason}`,
  ];
  const why = reasons.find((reason) => typeof reason === 'string' && reason !== '');
  return asSentence(String(why));
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The least trusted source of the plan; where none is named, nothing vouches for it. */
function originOf(facts: Facts, flow: DataFlow): Explanation['origin'] {
  let least = leastTrusted(facts.trust.plan, undefined);
  for (const step in facts.trust.steps) least = leastTrusted(facts.trust.steps[step] ?? [], least);
  if (least === undefined) return { trust_level: flow.lowest_trust };
  const { source_name, source_type, trust_level } = least;
  return source_name === undefined ? { source_type, trust_level } : { source_name, source_type, trust_level };
}

/** The first of the least trusted, `before` being before all of them. */
function leastTrusted(
  sources: readonly SourceTrust[],
  before: SourceTrust | undefined,
): SourceTrust | undefined {
  let least = before;
  for (const source of sources) {
    if (least === undefined || distrust(source.trust_level) > distrust(least.trust_level)) least = source;
  }
  return least;
}
