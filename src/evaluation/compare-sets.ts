import type { AgentRecord } from '../agents/agent-record.ts';
import { type FileChange, type FileParts, fileChanges } from '../bundles/file-changes.ts';
import type { PolicySet } from '../bundles/policy-set.ts';
import type { Decision } from '../decision/decision.ts';
import type { JsonObject } from '../json/value.ts';
import { otherSteps } from '../policy/analysis/diff/bases.ts';
import type { Effect } from '../policy/analysis/diff/found.ts';
import { isLooser } from '../policy/analysis/diff/leniency.ts';
import { ANY_REACH, type Suspect } from '../policy/analysis/diff/rule-suspects.ts';
import { isRisingWithDistrust } from '../policy/analysis/diff/suspects.ts';
import type { OtherStep } from '../policy/analysis/diff/tried-step.ts';
import type { ShownInPart } from './compare-bundles.ts';
import type { PlanDecider } from './test-runner.ts';
import { termsOf } from './witness-plan.ts';

/** A policy directory as it decides, and what its files say. */
export type ComparedSet = { set: PolicySet; parts: FileParts };

/** A plan that two directories decide differently, with the agents, trust and budgets of each. */
export type SetWitness = {
  /** Where the change stands that it shows. */
  file: string;
  pointer: string;
  tool_name: string;
  effect: Effect;
  before: { decision: Decision['decision']; reason: string };
  after: { decision: Decision['decision']; reason: string };
  plan: JsonObject;
};

export type SetComparison = {
  changes: FileChange[];
  witnesses: SetWitness[];
  unknown: Record<Effect, Suspect[]>;
  /** Of a change that one plan shows, others may show more. */
  in_part: Record<Effect, ShownInPart[]>;
};

/** Plans that are decided under both for one change, and in all. */
const MAX_PLANS_EACH = 200;
const MAX_PLANS = 4_000;
/** Agents whose plans are tried for a change that is about nobody in particular. */
const MAX_AGENTS = 10;

/**
 * Compares what stands beside the rules of two directories. Each change that may loosen or tighten something is tried with plans
 * of the agents in the files; where none shows it, it stays unknown.
 */
export function compareSets(before: ComparedSet, after: ComparedSet, decide: PlanDecider): SetComparison {
  const tools = otherSteps([before.set.bundle, after.set.bundle]);
  const both = { before, after, tools };
  const changes = withReversed(fileChanges(before.parts, after.parts), both);
  const witnesses: SetWitness[] = [];
  const unknown: SetComparison['unknown'] = { loosened: [], tightened: [] };
  const in_part: SetComparison['in_part'] = { loosened: [], tightened: [] };
  const effort = { plans: MAX_PLANS };
  for (const change of changes.filter(({ may }) => may.length > 0)) {
    const shown = witnessesFor(change, { both, decide, effort });
    witnesses.push(...shown);
    const suspect = suspectOf(`${change.file} ${change.pointer}`, change.what);
    for (const effect of change.may) {
      const transitions = shown.filter((one) => one.effect === effect).map(transitionOf);
      if (transitions.length === 0) unknown[effect].push(suspect);
      else in_part[effect].push({ ...suspect, shown: transitions });
    }
  }
  const renamed = nameSuspects(before, after);
  return {
    ...{ changes, witnesses, in_part },
    unknown: {
      loosened: [...unknown.loosened, ...renamed],
      tightened: [...unknown.tightened, ...renamed],
    },
  };
}

/** Agents, budgets and trust may change any decision there is. */
function suspectOf(change: string, why: string): Suspect {
  return { change, why, ...ANY_REACH };
}

function transitionOf({ before, after }: SetWitness): string {
  return `${before.decision}->${after.decision}`;
}

/** An agent that is bound to a bundle may use no other. */
function nameSuspects(before: ComparedSet, after: ComparedSet): Suspect[] {
  const [old, now] = [before.set.bundle.name, after.set.bundle.name];
  const isBound = [before, after].some(({ parts }) =>
    parts.agents.some((agent) => agent.policy_bundle !== undefined),
  );
  if (old === now || !isBound) return [];
  return [
    suspectOf('bundle', `the bundle was ${old} and is ${now}, and agents are bound to one by its name`),
  ];
}

/** At most one witness of each effect that a change may have. */
function witnessesFor(
  change: FileChange,
  { both, decide, effort }: { both: Both; decide: PlanDecider; effort: { plans: number } },
): SetWitness[] {
  const shown = new Map<Effect, SetWitness>();
  if (effort.plans < 0) return [];
  for (const plan of plansFor(change, both)) {
    effort.plans -= 1;
    if (effort.plans < 0 || change.may.every((effect) => shown.has(effect))) break;
    for (const witness of witnessesOf(change, plan, { both, decide }))
      if (!shown.has(witness.effect)) shown.set(witness.effect, witness);
  }
  return [...shown.values()];
}

/** Less trust is only stricter where the rules see it so. */
function withReversed(changes: readonly FileChange[], { before, after }: Omit<Both, 'tools'>): FileChange[] {
  const isAboutTrust = changes.some(({ file, may }) => file === 'trust.yaml' && may.length === 1);
  if (!isAboutTrust || isRisingWithDistrust(before.set.bundle, after.set.bundle)) return [...changes];
  return changes.map((change) =>
    change.file === 'trust.yaml' && change.may.length === 1
      ? { ...change, may: ['loosened', 'tightened'] }
      : change,
  );
}

function decided(decide: PlanDecider, set: PolicySet, plan: JsonObject): Decision | undefined {
  try {
    return decide(set, plan).decision;
  } catch {
    // What was made up is no plan, so nobody can send it.
    return undefined;
  }
}

function witnessesOf(
  { file, pointer }: FileChange,
  plan: JsonObject,
  { both: { before, after }, decide }: { both: Both; decide: PlanDecider },
): SetWitness[] {
  const [was, is] = [decided(decide, before.set, plan), decided(decide, after.set, plan)];
  if (was === undefined || is === undefined) return [];
  const [{ tool_name }] = plan['steps'] as [{ tool_name: string }];
  const effects: Effect[] = [
    ...(isLooser(termsOf(was), termsOf(is)) ? ['loosened' as const] : []),
    ...(isLooser(termsOf(is), termsOf(was)) ? ['tightened' as const] : []),
  ];
  return effects.map((effect) => ({
    ...{ file, pointer, tool_name, effect, plan },
    before: { decision: was.decision, reason: was.reason },
    after: { decision: is.decision, reason: is.reason },
  }));
}

type Both = { before: ComparedSet; after: ComparedSet; tools: readonly OtherStep[] };

/** Plans that may show a change: of the agent it is about, or of all who are in both files. */
function plansFor(change: FileChange, both: Both): JsonObject[] {
  const plans = agentsFor(change, both).flatMap((agent) => {
    const own = both.tools.filter(({ tool_name }) => isGranted(tool_name, agent, both));
    return own.slice(0, MAX_PLANS_EACH).flatMap((tool) => planOf(change, agent, tool, both));
  });
  return plans.slice(0, MAX_PLANS_EACH);
}

function agentsFor({ agent, budget_id }: FileChange, { before, after }: Both): AgentRecord[] {
  const all = [...after.parts.agents, ...before.parts.agents];
  const known = [...new Map(all.map((one) => [JSON.stringify([one.tenant_id, one.agent_id]), one])).values()];
  if (agent !== undefined)
    return all.filter(
      ({ tenant_id, agent_id }) => tenant_id === agent.tenant_id && agent_id === agent.agent_id,
    );
  const fitting = known.filter(({ budgets }) => budget_id === undefined || budgets.includes(budget_id));
  return fitting.slice(0, MAX_AGENTS);
}

function isGranted(tool: string, { capabilities }: AgentRecord, { before, after }: Both): boolean {
  return [before, after].some(({ set }) => set.bundle.grantOf(tool, capabilities) !== undefined);
}

function planOf(change: FileChange, agent: AgentRecord, tool: OtherStep, both: Both): JsonObject[] {
  const { agent_id, tenant_id } = agent;
  const source = { source_type: 'user_prompt', ...change.source };
  const sources = [{ ...source, trust_level: 'trusted' }, ...(change.source === undefined ? [] : [source])];
  const step = { tool_name: tool.tool_name, arguments: tool.arguments };
  return costsFor(change, both).flatMap(({ copies = 1, ...cost }) =>
    sources.map((one) => ({
      agent: { agent_id, tenant_id },
      provenance: [one],
      steps: Array.from({ length: copies }, () => ({
        ...step,
        ...(Object.keys(cost).length > 0 && { estimated_cost: cost }),
      })),
    })),
  );
}

type TriedCost = { usd?: number; tokens?: number; copies?: number };
const MAX_COPIES = 200;

/** Costs that meet a limit and go beyond it. */
function costsFor({ budget_id }: FileChange, { before, after }: Both): TriedCost[] {
  if (budget_id === undefined) return [{}];
  const budgets = [before, after].flatMap(({ parts }) => parts.budgets.filter(({ id }) => id === budget_id));
  return [
    {},
    ...budgets.flatMap(({ metric, limit }): TriedCost[] => {
      if (metric === 'usd') return [{ usd: limit }, { usd: limit + 1 }];
      if (metric === 'tokens') return [{ tokens: Math.floor(limit) }, { tokens: Math.floor(limit) + 1 }];
      return [limit, limit + 1]
        .filter((copies) => copies >= 1 && copies <= MAX_COPIES)
        .map((copies) => ({ copies }));
    }),
  ];
}
