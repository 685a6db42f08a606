import type { PolicySet } from '../bundles/policy-set.ts';
import type { TestRunner } from '../bundles/policy-tests.ts';
import { decide } from '../decision/decide.ts';
import type { Facts } from '../decision/facts.ts';
import type { Guard } from '../guard/finding.ts';
import { HistoryLedger } from '../history/history-ledger.ts';
import { normalizePlan } from '../plan/normalize.ts';
import { pastPlan } from './history.ts';
import { inspectPlan } from './inspect-plan.ts';
import { lookupOf, readFacts } from './read-facts.ts';

const TESTER = { token_id: 'policy-test', name: 'policy test', roles: ['admin' as const], tenant_id: '*' };
/** A test means the same whenever it runs. */
const TEST_TIME_MS = Date.UTC(2026, 0, 1);

/**
 * Decides the plans of a bundle's own tests with the agents of its directory, fresh budgets and no approvals. Their past
 * is what the test says was decided before them, at the same time.
 */
export function createTestRunner(guard: Guard): TestRunner {
  return (set, plan, before = []) => {
    const history = new HistoryLedger();
    history.use(set.bundle.history);
    history.beginAt(Number.NEGATIVE_INFINITY);
    for (const earlier of before) {
      const { past } = decideTest(guard, set, history, earlier);
      if (past !== undefined) history.note(past);
    }
    const { decision, reason } = decideTest(guard, set, history, plan).decision;
    return { decision, reason };
  };
}

function decideTest(guard: Guard, set: PolicySet, history: HistoryLedger, plan: unknown) {
  let count = 0;
  const normalized = normalizePlan(plan, {
    newId: (prefix) => {
      count += 1;
      return `${prefix}-test-${count}`;
    },
  });
  const read = readFacts(
    { normalized, caller: TESTER, guard: inspectPlan(guard, normalized.texts) },
    {
      findAgent: () => agentOf(set.agents, normalized),
      ledger: { figures: (needs) => needs.map((need) => ({ ...need, used: 0, reserved: 0 })) },
      history,
      policySet: set,
      nowMs: TEST_TIME_MS,
    },
  );
  const subject = { ...normalized, facts: read.facts as Facts, bundle: set.bundle };
  const { decision } = decide(subject);
  return { decision, past: pastPlan(subject, decision) };
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
