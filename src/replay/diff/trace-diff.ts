import { parsePointer } from '../../json/pointer.ts';
import type { JsonValue } from '../../json/value.ts';
import type { Submission } from '../submissions.ts';
import { type Cause, causesOf } from './causes.ts';
import { type DiffEffect, effectOf } from './effect.ts';
import { differences, jsonPatch, type Leaf, type PatchOperation } from './json-patch.ts';
import { pairSubmissions, type SubmissionPair } from './pair-submissions.ts';
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
  const documents = documentsOf(pairSubmissions(before, after));
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

type Documents = Record<'before' | 'after', { plans: Record<string, PlanView> }>;

function documentsOf(pairs: readonly SubmissionPair[]): Documents {
  const documents: Documents = { before: { plans: {} }, after: { plans: {} } };
  for (const { before, after, name, stepName } of pairs) {
    if (before !== undefined) documents.before.plans[name] = planView(before, (stepId) => stepId);
    if (after !== undefined) documents.after.plans[name] = planView(after, stepName);
  }
  return documents;
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
