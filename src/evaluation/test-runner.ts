import type { PolicySet } from '../bundles/policy-set.ts';
import type { TestRunner } from '../bundles/policy-tests.ts';
import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { Guard } from '../guard/finding.ts';
import { guardUnder } from '../guard/settings.ts';
import { HistoryLedger } from '../history/history-ledger.ts';
import { normalizePlan } from '../plan/normalize.ts';
import type { Mode, Plan } from '../plan/plan.ts';
import { pastPlan } from './history.ts';
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

const NOTHING_REMEMBERED = { levelOf: () => undefined };

/** Plans decided from a policy directory alone: with its agents, fresh budgets, no approvals and a fixed time. */
export type PlanDecider = (set: PolicySet, plan: unknown, given?: Given) => OfflineDecision;
/**
 * `facts` replace those that would be read; `mode` the plan's own; `before` are plans that were decided before, at the same
 * time.
 */
export type Given = { mode?: Mode; facts?: Partial<Facts>; before?: readonly unknown[] };
export type OfflineDecision = { plan: Plan; facts: Facts; decision: Decision };

/** Throws `PlanError` where a plan is not a plan. */
export function createPlanDecider(guard: Guard): PlanDecider {
  return (set, plan, { before = [], ...given } = {}) => {
    const history = new HistoryLedger();
    history.use(set.bundle.history);
    history.beginAt(Number.NEGATIVE_INFINITY);
    for (const earlier of before) {
      const { past } = decideAfter(guard, { set, history }, earlier, {});
      if (past !== undefined) history.note(past);
    }
    const { past: _past, ...decided } = decideAfter(guard, { set, history }, plan, given);
    return decided;
  };
}

/** Decides the plans of a bundle's own tests. */
export function createTestRunner(guard: Guard): TestRunner {
  const decidePlan = createPlanDecider(guard);
  return (set, plan, before = []) => {
    const { decision, reason, control } = decidePlan(set, plan, { before }).decision;
    return { decision, reason, control };
  };
}

function decideAfter(
  guard: Guard,
  { set, history }: { set: PolicySet; history: HistoryLedger },
  plan: unknown,
  { mode, facts: replaced }: Given,
) {
  let count = 0;
  const normalized = normalizePlan(plan, {
    ...(mode !== undefined && { mode }),
    newId: (prefix) => {
      count += 1;
      return `${prefix}-test-${count}`;
    },
  });
  const { facts: read } = readFacts(
    {
      normalized,
      caller: TESTER,
      guard: inspectPlan(
        guardUnder(guard, () => set.guard),
        normalized.texts,
      ),
    },
    {
      findAgent: () => agentOf(set.agents, normalized),
      ledger: { figures: (needs) => needs.map((need) => ({ ...need, used: 0, reserved: 0 })) },
      history,
      policySet: set,
      trust: set.trust,
      contents: NOTHING_REMEMBERED,
      nowMs: TEST_TIME_MS,
    },
  );
  const { name, version } = set.bundle;
  const facts = { ...read, ...replaced, bundle: { name, version } } as Facts;
  const subject = { ...normalized, facts, bundle: set.bundle };
  const { decision } = decide(subject);
  return { plan: normalized.plan, facts, decision, past: pastPlan(subject, decision) };
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
