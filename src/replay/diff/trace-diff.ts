import { parsePointer } from '../../json/pointer.ts';
import type { JsonValue } from '../../json/value.ts';
import type { Submission } from '../submissions.ts';
import { align, type Pair } from './align.ts';
import { type Cause, causesOf } from './causes.ts';
import { type DiffEffect, effectOf } from './effect.ts';
import { differences, jsonPatch, type Leaf, type PatchOperation } from './json-patch.ts';
import { type PlanView, planView } from './plan-view.ts';

export const CHANGE_KINDS = [
  'plan',
  'step',
  'decision',
  'reason',
  'rule',
  'input',
  'fact',
  'bundle',
  'approval',
  'execution',
  'risk',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One thing that is not what it was. `pointer` leads into the compared documents. */
export type Change = {
  plan: string;
  step_id?: string;
  stage?: string;
  kind: ChangeKind;
  pointer: string;
  before?: JsonValue;
  after?: JsonValue;
  /** Of a decision: whether more passes now, or less. */
  effect?: DiffEffect;
  /** Of a decision: what else changed that this control looks at, rules first. */
  because?: Cause[];
};

export type TraceDiff = {
  identical: boolean;
  /** Of the decisions on plans; `mixed` where some let more pass and some less. */
  effect: DiffEffect | 'mixed' | 'none';
  changes: Change[];
  /** RFC 6902: makes the document of the one of that of the other. */
  patch: PatchOperation[];
  document: { plans: Record<string, PlanView> };
};

/**
 * What is otherwise in the submissions of one record than in those of another, by plan, step and stage, and why.
 * Plans and steps are paired first; those that only one side has are told of as such. Pure, and the same every time.
 */
export function diffSubmissions(before: readonly Submission[], after: readonly Submission[]): TraceDiff {
  const documents = documentsOf(alignPlans(before, after));
  const leaves = differences(
    documents.before as unknown as JsonValue,
    documents.after as unknown as JsonValue,
  );
  const byPlan = Map.groupBy(leaves, ({ pointer }) => parsePointer(pointer)?.[1] ?? '');
  const changes = [...byPlan].flatMap(([plan, own]) => own.map((leaf) => changeOf(leaf, plan, own)));
  return {
    identical: leaves.length === 0,
    effect: overall(changes),
    changes,
    patch: jsonPatch(leaves),
    document: documents.before,
  };
}

function alignPlans(before: readonly Submission[], after: readonly Submission[]): Pair<Submission>[] {
  const tools = ({ plan }: Submission) => plan.steps.map(({ tool_name }) => tool_name);
  return align(before, after, [
    ({ key, agent_id }) => JSON.stringify([agent_id, key]),
    (submission) => JSON.stringify([submission.agent_id, tools(submission)]),
    ({ agent_id }) => String(agent_id),
    () => '',
  ]);
}

type Documents = Record<'before' | 'after', { plans: Record<string, PlanView> }>;

/** Both sides under the names of the first; what is new has its own, and another where that is taken. */
function documentsOf(pairs: readonly Pair<Submission>[]): Documents {
  const documents: Documents = { before: { plans: {} }, after: { plans: {} } };
  const taken = new Set(pairs.flatMap(({ before }) => before?.key ?? []));
  for (const { before, after } of pairs) {
    const key = before?.key ?? freeName(after?.key ?? '', taken);
    if (before !== undefined) documents.before.plans[key] = planView(before, (stepId) => stepId);
    if (after !== undefined) documents.after.plans[key] = planView(after, stepNames(before, after));
  }
  return documents;
}

function stepNames(before: Submission | undefined, after: Submission): (stepId: string) => string {
  const own = before?.plan.steps ?? [];
  const pairs = align(own, after.plan.steps, [
    ({ step_id, tool_name }) => JSON.stringify([step_id, tool_name]),
    ({ tool_name, arguments: args }) => JSON.stringify([tool_name, args]),
    ({ tool_name }) => tool_name,
  ]);
  const taken = new Set(own.map(({ step_id }) => step_id));
  const names = new Map<string, string>();
  for (const { before: was, after: is } of pairs) {
    if (is !== undefined) names.set(is.step_id, was?.step_id ?? freeName(is.step_id, taken));
  }
  return (stepId) => names.get(stepId) ?? stepId;
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let copy = 2; taken.has(free); copy += 1) free = `${name} (${copy})`;
  taken.add(free);
  return free;
}

function changeOf(leaf: Leaf, plan: string, siblings: readonly Leaf[]): Change {
  const [, , ...path] = parsePointer(leaf.pointer) ?? [];
  const place = placeOf(path);
  const change: Change = { plan, ...place, ...leaf };
  if (place.kind !== 'decision') return change;
  const effect = effectOf(leaf.before, leaf.after);
  if (effect !== undefined) change.effect = effect;
  const because = causesOf(leaf, siblings);
  if (because.length > 0) change.because = because;
  return change;
}

const OF_PLAN: Readonly<Record<string, ChangeKind>> = {
  decision: 'decision',
  reason: 'reason',
  control: 'reason',
  risk_score: 'risk',
  policy_bundle: 'bundle',
  facts: 'fact',
  approval: 'approval',
  execution: 'execution',
};

function placeOf(path: readonly string[]): Pick<Change, 'kind' | 'step_id' | 'stage'> {
  const [first, second, ...rest] = path;
  if (first === undefined) return { kind: 'plan' };
  if (first === 'steps' && second !== undefined) {
    const inside = rest.length === 0 ? ({ kind: 'step' } as const) : placeOf(rest);
    return { step_id: second, ...inside };
  }
  if (first === 'stages' && second !== undefined) return { stage: second, kind: kindInStage(rest) };
  return { kind: OF_PLAN[first] ?? 'input' };
}

function kindInStage([member]: readonly string[]): ChangeKind {
  if (member === 'matched_rules') return 'rule';
  return member === undefined || member === 'decision' ? 'decision' : 'reason';
}

/** Decisions on whole plans count; those on their steps and stages are how they came about. */
function overall(changes: readonly Change[]): TraceDiff['effect'] {
  const effects = new Set(
    changes.flatMap(({ effect, step_id, stage }) =>
      effect === undefined || step_id !== undefined || stage !== undefined ? [] : [effect],
    ),
  );
  if (effects.size === 2) return 'mixed';
  return [...effects][0] ?? 'none';
}
