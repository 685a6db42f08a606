import { SEVERITIES, severityRank } from '../guard/finding.ts';
import type { ToolGrant } from '../policy/bundle.ts';
import type { Explanation, RiskLevel } from './decision.ts';
import type { ExplainInput } from './explain-input.ts';
import { grantFor } from './granted.ts';

type Factor = Explanation['factors'][number];

/** Weights of the risk score; docs/reasons.md shows the same table. */
const TRUST_WEIGHT = { trusted: 0, internal: 5, external: 20, unverified: 30 } as const;
const SENSITIVITY_WEIGHT = { low: 0, medium: 8, high: 20, critical: 30 } as const;
const CAPABILITY_RISK_WEIGHT = { low: 0, medium: 5, high: 15, critical: 25 } as const;
const FINDING_WEIGHT = { low: 3, medium: 15, high: 30, critical: 40 } as const;
const CONTROL_WEIGHT = {
  identity: 40,
  local_enforcement: 20,
  capability: 25,
  policy: 20,
  budget: 15,
  approval: 10,
  none: 0,
} as const;
const TAINTED_ARGUMENT_WEIGHT = 15;
const DOUBT_WEIGHT = 10;

/** What makes this plan risky, heaviest first. A factor that weighs nothing is left out. */
export function riskFactors(input: ExplainInput): Factor[] {
  const factors = [
    trustFactor(input),
    sensitivityFactor(input),
    capabilityFactor(input),
    findingFactor(input),
    taintFactor(input),
    doubtFactor(input),
    controlFactor(input),
  ];
  return factors
    .filter((factor): factor is Factor => factor !== undefined && factor.weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
}

/** Sum of the weights, at most 100. */
export function riskScore(factors: readonly Factor[]): number {
  return Math.min(
    100,
    factors.reduce((sum, factor) => sum + factor.weight, 0),
  );
}

export function riskLevel(score: number): RiskLevel {
  if (score < 30) return 'low';
  if (score < 60) return 'medium';
  return score < 85 ? 'high' : 'critical';
}

function trustFactor({ flow, facts }: ExplainInput): Factor {
  const level = flow.lowest_trust;
  const named = facts.trust.plan.length + Object.keys(facts.trust.steps).length > 0;
  const detail = named
    ? `the least trusted source is ${level}`
    : 'the plan names no source of its instructions';
  return { detail, name: `${level}_provenance`, weight: TRUST_WEIGHT[level] };
}

function sensitivityFactor({ plan }: ExplainInput): Factor | undefined {
  let worst: keyof typeof SENSITIVITY_WEIGHT | undefined;
  for (const { sensitivity_level: level } of plan.steps) {
    if (level === undefined) continue;
    if (worst === undefined || SENSITIVITY_WEIGHT[level] > SENSITIVITY_WEIGHT[worst]) worst = level;
  }
  if (worst === undefined) return undefined;
  return { detail: `a step is marked ${worst}`, name: 'sensitivity', weight: SENSITIVITY_WEIGHT[worst] };
}

function capabilityFactor({ plan, facts, bundle }: ExplainInput): Factor | undefined {
  let worst: ToolGrant | undefined;
  for (const { tool_name } of plan.steps) {
    const grant = grantFor(tool_name, { plan, facts, bundle });
    if (grant === undefined) continue;
    if (worst === undefined || CAPABILITY_RISK_WEIGHT[grant.risk] > CAPABILITY_RISK_WEIGHT[worst.risk])
      worst = grant;
  }
  if (worst === undefined) return undefined;
  const detail = `capability ${worst.capability} is of ${worst.risk} risk`;
  return { detail, name: 'capability_risk', weight: CAPABILITY_RISK_WEIGHT[worst.risk] };
}

function findingFactor({ facts }: ExplainInput): Factor | undefined {
  if (facts.guard.findings.length === 0) return undefined;
  const rank = Math.max(...facts.guard.findings.map((finding) => severityRank(finding.severity)));
  const severity = SEVERITIES[rank];
  if (severity === undefined) return undefined;
  const count = facts.guard.findings.length;
  const detail = `the guard saw ${count} finding${count === 1 ? '' : 's'}, the worst ${severity}`;
  return { detail, name: 'guard_findings', weight: FINDING_WEIGHT[severity] };
}

function taintFactor({ plan, flow }: ExplainInput): Factor | undefined {
  for (const [index, step] of flow.steps.entries()) {
    const quotes = step.quotes.map((quote) => ({ ...quote, from: `a ${quote.source_type}` }));
    const inflow = [...step.inflows, ...quotes].find(
      ({ trust_level }) => trust_level === 'external' || trust_level === 'unverified',
    );
    if (inflow === undefined) continue;
    const detail = `${inflow.trust_level} data flows from ${inflow.from} into ${inflow.pointer} of ${plan.steps[index]?.step_id}`;
    return { detail, name: 'tainted_argument', weight: TAINTED_ARGUMENT_WEIGHT };
  }
  return undefined;
}

function doubtFactor({ steps }: ExplainInput): Factor | undefined {
  for (const step of steps) {
    const rule = step.matched_rules.find((matched) => matched.doubt !== undefined);
    if (rule === undefined) continue;
    return { detail: `rule ${rule.id}: ${rule.doubt}`, name: 'condition_in_doubt', weight: DOUBT_WEIGHT };
  }
  return undefined;
}

function controlFactor({ verdict }: ExplainInput): Factor | undefined {
  if (verdict.decision === 'allow') return undefined;
  const detail = `${verdict.control} says ${verdict.decision}: ${verdict.reason}`;
  return { detail, name: `${verdict.control}_objected`, weight: CONTROL_WEIGHT[verdict.control] };
}
