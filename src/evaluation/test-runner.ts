import type { TestRunner } from '../bundles/policy-tests.ts';
import { decide } from '../decision/decide.ts';
import type { Facts } from '../decision/facts.ts';
import type { Guard } from '../guard/finding.ts';
import { normalizePlan } from '../plan/normalize.ts';
import { inspectPlan } from './inspect-plan.ts';
import { lookupOf, readFacts } from './read-facts.ts';

const TESTER = { token_id: 'policy-test', name: 'policy test', roles: ['admin' as const], tenant_id: '*' };
/** A test means the same whenever it runs. */
const TEST_TIME_MS = Date.UTC(2026, 0, 1);

/** Decides the plans of a bundle's own tests with the agents of its directory, fresh budgets, no approvals and no past. */
export function createTestRunner(guard: Guard): TestRunner {
  return (set, plan) => {
    let count = 0;
    const normalized = normalizePlan(plan, {
      newId: (prefix) => {
        count += 1;
        return `${prefix}-test-${count}`;
      },
    });
    const { facts } = readFacts(
      { normalized, caller: TESTER, guard: inspectPlan(guard, normalized.texts) },
      {
        findAgent: () => agentOf(set.agents, normalized),
        ledger: { figures: (needs) => needs.map((need) => ({ ...need, used: 0, reserved: 0 })) },
        history: { factOf: () => 0 },
        policySet: set,
        nowMs: TEST_TIME_MS,
      },
    );
    const { decision } = decide({ ...normalized, facts: facts as Facts, bundle: set.bundle });
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
