import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { JsonObject } from '../json/value.ts';
import { normalizePlan } from '../plan/normalize.ts';
import type { TriedStep } from '../policy/analysis/diff/draft-step.ts';
import type { Witness } from '../policy/analysis/diff/space-search.ts';
import type { Bundle } from '../policy/bundle.ts';
import { TEST_TIME_MS, TESTER } from './test-runner.ts';

/** A witness as a plan, and what the whole pipeline makes of it under both bundles. */
export type PlanWitness = Omit<Witness, 'step'> & {
  plan: JsonObject;
  /** Facts that the plan does not carry and that the decision rests on. */
  given: { agent: Facts['agent']; trust_level: string; findings: Facts['guard']['findings'] };
};

/**
 * The witnesses that hold when the whole pipeline decides them: identity, capability, policy and the rest, with an agent that
 * has the capability and nothing else. `dropped` are those that another stage decides alike.
 */
export function confirmWitnesses(
  witnesses: readonly Witness[],
  { before, after }: { before: Bundle; after: Bundle },
): { confirmed: PlanWitness[]; dropped: number } {
  const confirmed = witnesses.flatMap((witness) => confirmWitness(witness, { before, after }) ?? []);
  return { confirmed, dropped: witnesses.length - confirmed.length };
}

/** One witness as a plan; nothing where the whole pipeline does not decide it as the search did. */
export function confirmWitness(
  { step, ...witness }: Witness,
  { before, after }: { before: Bundle; after: Bundle },
): PlanWitness | undefined {
  const plan = planOf(step);
  const [was, is] = [decideWitness(step, plan, before), decideWitness(step, plan, after)];
  if (was?.decision !== witness.before.decision || is?.decision !== witness.after.decision) return undefined;
  const given = { agent: agentOf(step), trust_level: step.lowest_trust, findings: findingsOf(step) };
  return { ...witness, plan, given };
}

function planOf(step: TriedStep): JsonObject {
  const { agent_id = '', agent_name, agent_type, tenant_id = '', runtime_mode = 'gateway' } = step;
  const { environment, session_id, sensitivity_level, source_types, lowest_trust } = step;
  return {
    agent: {
      ...{ agent_id, tenant_id, runtime_mode },
      ...(agent_name !== undefined && { agent_name }),
      ...(agent_type !== undefined && { agent_type }),
    },
    ...(environment !== undefined && { environment }),
    ...(session_id !== undefined && { session_id }),
    provenance: source_types.map((source_type) => ({ source_type, trust_level: lowest_trust })),
    steps: [
      {
        ...{ step_id: 's1', tool_name: step.tool_name, arguments: step.arguments },
        ...(sensitivity_level !== undefined && { sensitivity_level }),
      },
    ],
  };
}

/** Nothing where the plan is none: what was tried has a form that no plan can have. */
function decideWitness(step: TriedStep, plan: JsonObject, bundle: Bundle): Decision | undefined {
  try {
    const normalized = normalizePlan(plan, { newId: (prefix) => `${prefix}-witness` });
    const facts = factsOf(step, normalized.plan_hash, bundle);
    return decide({ ...normalized, facts, bundle }).decision;
  } catch {
    return undefined;
  }
}

function agentOf({
  agent_id = '',
  agent_name,
  agent_type,
  tenant_id = '',
  groups,
  capability,
}: TriedStep): NonNullable<Facts['agent']> {
  return {
    ...{ agent_id, tenant_id, status: 'active' as const, capabilities: [capability], budgets: [] },
    ...(agent_name !== undefined && { agent_name }),
    ...(agent_type !== undefined && { agent_type }),
    ...(groups !== undefined && { groups: [...groups] }),
  };
}

function findingsOf({ findings }: TriedStep): Facts['guard']['findings'] {
  return findings.map((finding) => ({ ...finding, pointer: '/steps/0/arguments' }));
}

function factsOf(step: TriedStep, plan_hash: string, { name, version }: Bundle): Facts {
  const { lowest_trust: trust_level, source_types } = step;
  return {
    agent: agentOf(step),
    budgets: [],
    bundle: { name, version },
    caller: TESTER,
    guard: { findings: findingsOf(step), partial: false, verdict: 'allow' },
    now: new Date(TEST_TIME_MS).toISOString(),
    plan_hash,
    trust: {
      plan: source_types.map((source_type) => ({ source_type, trust_level, basis: 'registry' as const })),
      steps: {},
    },
    unknown_budgets: [],
  };
}
