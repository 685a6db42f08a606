import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Facts } from '../src/decision/facts.ts';
import { normalizePlan } from '../src/plan/normalize.ts';
import type { Bundle } from '../src/policy/bundle.ts';
import { compileBundle } from '../src/policy/compile.ts';
import { DEFAULT_POLICIES } from './gateway-child.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { policiesOf } from './rules.ts';

/** The ordinary plan, and what is known of it under so many rules. */
export function inputUnder(rules: number) {
  const bundle = bundleOf(rules);
  const normalized = normalizePlan(ORDINARY_PLAN, {
    tenant_id: 'acme-corp',
    newId: (prefix) => `${prefix}-1`,
  });
  return { ...normalized, bundle, facts: factsFor(bundle, normalized.plan_hash) };
}

function bundleOf(rules: number): Bundle {
  const capabilities = readFileSync(join(DEFAULT_POLICIES, 'capabilities.yaml'), 'utf8');
  const compiled = compileBundle({ 'policies.yaml': policiesOf(rules), 'capabilities.yaml': capabilities });
  if (compiled.bundle === undefined) throw new Error(JSON.stringify(compiled.problems.slice(0, 3)));
  return compiled.bundle;
}

/** What the gateway would know of the ordinary plan, members in the order in which it makes them. */
export function factsFor({ name, version }: Bundle, planHash: string): Facts {
  return {
    now: '2026-11-02T09:14:07.215Z',
    plan_hash: planHash,
    caller: { token_id: 'tok-1', roles: ['runtime'], tenant_id: 'acme-corp' },
    agent: {
      agent_id: 'agent-finance-01',
      agent_name: 'finance_agent',
      agent_type: 'assistant',
      tenant_id: 'acme-corp',
      status: 'active',
      capabilities: ['cap_contract_review', 'cap_notification_ops', 'cap_payments'],
      budgets: [],
    },
    bundle: { name, version },
    trust: {
      plan: [{ basis: 'default', source_name: 'chat', source_type: 'user_prompt', trust_level: 'trusted' }],
      steps: {},
    },
    guard: { verdict: 'allow', findings: [], partial: false },
    budgets: [],
    unknown_budgets: [],
  };
}
