import type { PolicySet } from '../bundles/policy-set.ts';
import type { TestRunner } from '../bundles/policy-tests.ts';
import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { Guard } from '../guard/finding.ts';
import { normalizePlan } from '../plan/normalize.ts';
import type { Mode, Plan } from '../plan/plan.ts';
import { inspectPlan } from './inspect-plan.ts';
import { lookupOf, readFacts } from './read-facts.ts';

/** Who asks in a test. */
export const TESTER = {
  token_id: 'policy-test',
  name: 'policy test',
  roles: ['admin' as const],
  tenant_id: '*',
};
/** A test means the same whenever it runs. */
export const TEST_TIME_MS = Date.UTC(2026, 0, 1);

/** Plans decided from a policy directory alone: with its agents, fresh budgets, no approvals and a fixed time. */
export type PlanDecider = (set: PolicySet, plan: unknown, given?: Given) => OfflineDecision;
/** `facts` replace those that would be read; `mode` the plan's own. */
export type Given = { mode?: Mode; facts?: Partial<Facts> };
export type OfflineDecision = { plan: Plan; facts: Facts; decision: Decision };

/** Throws `PlanError` where the plan is not a plan. */
export function createPlanDecider(guard: Guard): PlanDecider {
  return (set, plan, { mode, facts: replaced } = {}) => {
    let count = 0;
    const normalized = normalizePlan(plan, {
      ...(mode !== undefined && { mode }),
      newId: (prefix) => {
        count += 1;
        return `${prefix}-test-${count}`;
      },
    });
    const { facts: read } = readFacts(
      { normalized, caller: TESTER, guard: inspectPlan(guard, normalized.texts) },
      {
        findAgent: () => agentOf(set.agents, normalized),
        ledger: { figures: (needs) => needs.map((need) => ({ ...need, used: 0, reserved: 0 })) },
        policySet: set,
        nowMs: TEST_TIME_MS,
      },
    );
    const { name, version } = set.bundle;
    const facts = { ...read, ...replaced, bundle: { name, version } } as Facts;
    const { decision } = decide({ ...normalized, facts, bundle: set.bundle });
    return { plan: normalized.plan, facts, decision };
  };
}

/** Decides the plans of a bundle's own tests. */
export function createTestRunner(guard: Guard): TestRunner {
  const decidePlan = createPlanDecider(guard);
  return (set, plan) => {
    const { decision } = decidePlan(set, plan);
    return { decision: decision.decision, reason: decision.reason };
  };
}

function agentOf(
  agents: Parameters<TestRunner>[0]['agents'],
  normalized: ReturnType<typeof normalizePlan>,
): Parameters<TestRunner>[0]['agents'][number] | undefined {
  const { agent_id, agent_name, tenant_id } = lookupOf(normalized);
  const fits = agents.filter(
    (agent) =>
      (tenant_id === undefined || agent.tenant_id === tenant_id) &&
      (agent_id === undefined ? agent.agent_name === agent_name : agent.agent_id === agent_id),
  );
  return fits.length === 1 ? fits[0] : undefined;
}
