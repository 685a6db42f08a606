import { decide } from '../../src/decision/decide.ts';
import type { Facts } from '../../src/decision/facts.ts';
import { type NormalizedPlan, normalizePlan } from '../../src/plan/normalize.ts';
import type { Mode } from '../../src/plan/plan.ts';
import type { Bundle } from '../../src/policy/bundle.ts';
import { compileBundle } from '../../src/policy/compile.ts';

/** Compiles the texts of a bundle, or fails the test with what is wrong with them. */
export function bundleOf(policies: string, capabilities: string): Bundle {
  const compiled = compileBundle({ 'policies.yaml': policies, 'capabilities.yaml': capabilities });
  if (compiled.bundle === undefined) throw new Error(JSON.stringify(compiled.problems));
  return compiled.bundle;
}

/** A normalised plan from a submission, with ids that count up. */
export function planOf(submission: unknown, mode?: Mode): NormalizedPlan {
  let count = 0;
  return normalizePlan(submission, {
    tenant_id: 'acme-corp',
    newId: (prefix) => {
      count += 1;
      return `${prefix}-${count}`;
    },
    ...(mode === undefined ? {} : { mode }),
  });
}

export type FactOverrides = Partial<Omit<Facts, 'agent'>> & { agent?: Facts['agent'] | null };

/** Facts in which nothing objects, changed as the test says. `agent: null` is an agent nobody registered. */
export function factsFor(normalized: NormalizedPlan, bundle: Bundle, overrides: FactOverrides = {}): Facts {
  const { agent, ...rest } = overrides;
  const trust = (sources: NormalizedPlan['plan']['provenance']) =>
    sources.map((source) => ({
      source_type: source.source_type,
      ...(source.source_name === undefined ? {} : { source_name: source.source_name }),
      trust_level: source.trust_level ?? ('unverified' as const),
      basis: 'default' as const,
    }));
  const steps = normalized.plan.steps.filter((step) => step.provenance.length > 0);
  const facts: Facts = {
    now: '2026-11-02T09:14:07.215Z',
    plan_hash: normalized.plan_hash,
    caller: { token_id: 'tok-1', roles: ['runtime'], tenant_id: 'acme-corp' },
    bundle: { name: bundle.name, version: bundle.version },
    trust: {
      plan: trust(normalized.plan.provenance),
      steps: Object.fromEntries(steps.map((step) => [step.step_id, trust(step.provenance)])),
    },
    guard: { verdict: 'allow', findings: [], partial: false },
    budgets: [],
    unknown_budgets: [],
    ...rest,
  };
  if (agent !== null) facts.agent = agent ?? financeAgent();
  return facts;
}

export function financeAgent(): NonNullable<Facts['agent']> {
  return {
    agent_id: 'agent-finance-01',
    agent_name: 'finance_agent',
    agent_type: 'assistant',
    tenant_id: 'acme-corp',
    status: 'active',
    capabilities: ['cap_mail', 'cap_pay'],
    budgets: [],
  };
}

export function decidePlan(normalized: NormalizedPlan, facts: Facts, bundle: Bundle) {
  return decide({ ...normalized, facts, bundle }).decision;
}
