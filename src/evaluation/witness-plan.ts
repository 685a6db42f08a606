import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { AgentFact, Facts, HistoryFact } from '../decision/facts.ts';
import type { JsonObject } from '../json/value.ts';
import { normalizePlan } from '../plan/normalize.ts';
import type { Effect, Witness } from '../policy/analysis/diff/found.ts';
import { isLooser, type Terms } from '../policy/analysis/diff/leniency.ts';
import { OTHER_STEP, type OtherStep, type TriedStep } from '../policy/analysis/diff/tried-step.ts';
import { withArgument } from '../policy/analysis/diff/with-argument.ts';
import type { Bundle } from '../policy/bundle.ts';
import { TESTER } from './test-runner.ts';

/** A witness as a plan, and what the whole pipeline makes of it under both bundles. */
export type PlanWitness = Omit<Witness, 'step'> & {
  plan: JsonObject;
  /** Facts that the plan does not carry and that the decision rests on. */
  given: {
    agent: Facts['agent'];
    trust_level: string;
    findings: Facts['guard']['findings'];
    now: string;
    history?: Facts['history'];
  };
};

/** One witness as a plan; nothing where the whole pipeline does not decide it as the search did. */
export function confirmWitness(
  { step, ...witness }: Witness,
  { before, after }: { before: Bundle; after: Bundle },
): PlanWitness | undefined {
  const plan = planOf(step);
  const [was, is] = [decideWitness(step, plan, before), decideWitness(step, plan, after)];
  if (was === undefined || is === undefined) return undefined;
  if (was.decision !== witness.before.decision || is.decision !== witness.after.decision) return undefined;
  if (was.decision === is.decision && !isSo(witness.effect, termsOf(was), termsOf(is))) return undefined;
  const history = [before, after]
    .map((bundle) => historyOf(step, bundle))
    .find((facts) => facts !== undefined);
  const given = {
    ...{ agent: agentOf(step), trust_level: step.lowest_trust, findings: findingsOf(step), now: step.now },
    ...(history !== undefined && { history }),
  };
  return { ...witness, plan, given };
}

function isSo(effect: Effect, before: Terms, after: Terms): boolean {
  return effect === 'loosened' ? isLooser(before, after) : isLooser(after, before);
}

/** On what terms a plan got its decision: those of the step that was tried. */
export function termsOf({ decision, steps, stages }: Decision): Terms {
  const obligations = steps.find(({ step_id }) => step_id === 's1')?.obligations ?? [];
  const { result } = stages.find(({ stage }) => stage === 'policy') ?? {};
  const demand = result?.steps?.find(({ step_id }) => step_id === 's1')?.demand;
  return { action: decision, obligations, ...(demand !== undefined && { demand }) };
}

function planOf(step: TriedStep): JsonObject {
  const { agent_id = '', agent_name, agent_type, tenant_id = '', runtime_mode = 'gateway' } = step;
  const { environment, session_id, source_types, lowest_trust } = step;
  return {
    agent: {
      ...{ agent_id, tenant_id, runtime_mode },
      ...(agent_name !== undefined && { agent_name }),
      ...(agent_type !== undefined && { agent_type }),
    },
    ...(environment !== undefined && { environment }),
    ...(session_id !== undefined && { session_id }),
    provenance: source_types.map((source_type) => ({ source_type, trust_level: lowest_trust })),
    steps: stepsOf(step),
  };
}

function stepsOf({
  tool_name,
  arguments: args,
  sensitivity_level,
  copies = 1,
  beside,
}: TriedStep): JsonObject[] {
  const into = beside?.into;
  const own = Array.from({ length: copies }, (_, index) => ({
    ...{ step_id: `s${index + 1}`, tool_name },
    arguments: into === undefined ? args : withArgument(args, into, { $from: OTHER_STEP, path: '' }),
    ...(sensitivity_level !== undefined && { sensitivity_level }),
  }));
  return beside === undefined ? own : [otherOf(beside), ...own];
}

function otherOf({ tool_name, arguments: args }: OtherStep): JsonObject {
  return { step_id: OTHER_STEP, tool_name, arguments: args };
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

function agentOf(step: TriedStep): AgentFact {
  const { agent_id = '', agent_name, agent_type, tenant_id = '', groups, capability, beside } = step;
  const capabilities = [...new Set([capability, ...(beside === undefined ? [] : [beside.capability])])];
  return {
    ...{ agent_id, tenant_id, status: 'active' as const, capabilities, budgets: [] },
    ...(agent_name !== undefined && { agent_name }),
    ...(agent_type !== undefined && { agent_type }),
    ...(groups !== undefined && { groups: [...groups] }),
  };
}

function findingsOf({ findings, beside }: TriedStep): Facts['guard']['findings'] {
  const pointer = `/steps/${beside === undefined ? 0 : 1}/arguments`;
  return findings.map((finding) => ({ ...finding, pointer }));
}

/** What each step of the plan finds in the past: the same for all, and nothing but what was tried. */
function historyOf(
  { history = {}, copies = 1, beside }: TriedStep,
  bundle: Bundle,
): Facts['history'] | undefined {
  if (bundle.history.length === 0) return undefined;
  const counts: Record<string, HistoryFact> = {};
  for (const { key, seenBefore } of bundle.history) {
    counts[key] = history[key] ?? 0;
    if (seenBefore !== undefined) counts[seenBefore.key] ??= history[seenBefore.key] ?? 0;
  }
  const ids = Array.from({ length: copies }, (_, index) => `s${index + 1}`);
  return Object.fromEntries(
    [...ids, ...(beside === undefined ? [] : [OTHER_STEP])].map((id) => [id, counts]),
  );
}

function factsOf(step: TriedStep, plan_hash: string, bundle: Bundle): Facts {
  const { lowest_trust: trust_level, source_types } = step;
  const history = historyOf(step, bundle);
  return {
    agent: agentOf(step),
    budgets: [],
    bundle: { name: bundle.name, version: bundle.version },
    caller: TESTER,
    guard: { findings: findingsOf(step), partial: false, verdict: 'allow' },
    ...(history !== undefined && { history }),
    now: step.now,
    plan_hash,
    trust: {
      plan: source_types.map((source_type) => ({ source_type, trust_level, basis: 'registry' as const })),
      steps: {},
    },
    unknown_budgets: [],
  };
}
