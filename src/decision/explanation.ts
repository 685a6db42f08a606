import type { DataFlow } from '../plan/data-flow.ts';
import { distrust } from '../plan/trust-level.ts';
import type { Explanation } from './decision.ts';
import type { ExplainInput } from './explain-input.ts';
import type { Facts, ParentFact, SourceTrust } from './facts.ts';
import { referencesOf } from './references.ts';
import { remedyFor } from './remedy.ts';
import { riskFactors, riskLevel, riskScore } from './risk.ts';
import type { PlanVerdict } from './verdict.ts';
import { deciding, whyOf } from './why.ts';

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

function summaryOf(input: ExplainInput): string {
  const { plan, verdict } = input;
  const agent = plan.agent.agent_id ?? plan.agent.agent_name ?? 'The agent';
  const subject = subjectOf(input);
  if (verdict.decision === 'allow') {
    return verdict.control === 'approval'
      ? `${agent} may run ${subject}: a person approved exactly this plan.`
      : `${agent} may run ${subject}: every control allowed it.`;
  }
  return `${outcomeOf(verdict)}: ${agent} wants to run ${subject}. ${whyOf(input)}`;
}

function outcomeOf({ decision, control }: PlanVerdict): string {
  if (decision === 'block') return `Blocked by ${CONTROL_WORDS[control]}`;
  return control === 'approval'
    ? 'Waiting for approval'
    : `Waiting for approval, as ${CONTROL_WORDS[control]} asks`;
}

/** Names the steps concerned: those that got the verdict, or all of them. */
function subjectOf({ plan, steps, verdict }: ExplainInput): string {
  const concerned = deciding(steps, verdict);
  const named = (concerned.length > 0 ? concerned : steps).map((step) => visible(step.tool_name));
  const names = [...new Set(named)];
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
  return plan.steps.length === 1 ? shown : `${shown} (${concerned.length} of ${plan.steps.length} steps)`;
}

/**
 * A name with every letter that only looks like a plain one written as a code point. Nothing else is touched: a secret
 * that somebody put in place of a name must still be seen as one when this is recorded.
 */
function visible(name: string): string {
  return name.replaceAll(/[^\p{ASCII}\P{L}]/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`);
}

/** The least trusted source of the plan; where none is named, nothing vouches for it. */
function originOf(facts: Facts, flow: DataFlow): Explanation['origin'] {
  let least = leastTrusted(facts.trust.plan, undefined);
  for (const step in facts.trust.steps) least = leastTrusted(facts.trust.steps[step] ?? [], least);
  if (facts.parent !== undefined && least !== undefined) least = leastTrusted(sentBy(facts.parent), least);
  if (least === undefined) return { trust_level: flow.lowest_trust };
  const { key_id, reason, source_name, source_type, trust_level } = least;
  return {
    ...(key_id === undefined ? {} : { key_id }),
    ...(reason === undefined ? {} : { reason }),
    ...(source_name === undefined ? {} : { source_name }),
    source_type,
    trust_level,
  };
}

/** The plan that handed this one on, as the source that it is. */
function sentBy({ chain, trust_level }: ParentFact): SourceTrust[] {
  const source_name = chain.at(-1);
  const source_type = 'agent_message' as const;
  return [{ basis: 'derived', ...(source_name !== undefined && { source_name }), source_type, trust_level }];
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
