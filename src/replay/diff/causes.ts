import { parsePointer } from '../../json/pointer.ts';
import type { JsonValue } from '../../json/value.ts';
import type { Leaf } from './json-patch.ts';

/** Something a control looks at that is not what it was. */
export type Cause = {
  kind: 'rule' | 'fact' | 'input' | 'bundle';
  /** The id of the rule. */
  rule?: string;
  pointer: string;
  before?: JsonValue;
  after?: JsonValue;
};

/** What each control looks at, by the first members of a place within a plan, and within a step. */
const LOOKS_AT: Readonly<Record<string, { plan: readonly string[]; step: readonly string[] }>> = {
  identity: { plan: ['facts/agent', 'facts/caller', 'input/agent'], step: [] },
  local_enforcement: {
    plan: ['facts/guard', 'input/prompt_hash', 'input/provenance'],
    step: ['input/arguments', 'input/provenance'],
  },
  capability: {
    plan: ['facts/agent/capabilities', 'input/allowed_capabilities'],
    step: ['input/arguments', 'tool_name'],
  },
  policy: {
    plan: ['facts/agent', 'facts/guard', 'facts/history', 'facts/trust', 'input'],
    step: ['input', 'tool_name'],
  },
  budget: { plan: ['facts/budgets', 'facts/unknown_budgets', 'facts/agent/budgets'], step: ['input/cost'] },
  approval: { plan: ['facts/approval', 'facts/budgets'], step: [] },
};

/**
 * Why a decision may have changed: rules that match now and did not, or the other way round, or are others; then facts
 * and inputs that differ and that this control looks at; and where there is none of these, the bundle. Only what is
 * recorded counts, so this names candidates and proves none; re-evaluation does.
 */
export function causesOf(decision: Leaf, siblings: readonly Leaf[]): Cause[] {
  const { step, stage } = placeOf(decision.pointer);
  const causes = siblings.flatMap((leaf): Cause[] => {
    const place = placeOf(leaf.pointer);
    const isElsewhere = step !== undefined && place.step !== undefined && place.step !== step;
    const kind = isElsewhere ? undefined : kindOf(place, stage);
    if (kind === undefined) return [];
    return [{ kind, ...(place.rule === undefined ? {} : { rule: place.rule }), ...leaf }];
  });
  const rules = causes.filter(({ kind }) => kind === 'rule');
  const others = causes.filter(({ kind }) => kind !== 'rule' && kind !== 'bundle');
  const found = [...rules, ...others];
  return found.length > 0 ? found : causes;
}

type Place = { step: string | undefined; stage: string | undefined; rule: string | undefined; path: string };

/** The names of plan, step, stage and rule in a pointer, and the rest of it. */
function placeOf(pointer: string): Place {
  const [, , ...path] = parsePointer(pointer) ?? [];
  const step = path[0] === 'steps' ? path[1] : undefined;
  const inside = step === undefined ? path : path.slice(2);
  const stage = inside[0] === 'stages' ? inside[1] : undefined;
  const rule = stage !== undefined && inside[2] === 'matched_rules' ? inside[3] : undefined;
  return { step, stage, rule, path: inside.join('/') };
}

function kindOf(
  { step, stage: own, rule, path }: Place,
  stage: string | undefined,
): Cause['kind'] | undefined {
  if (path === 'policy_bundle') return 'bundle';
  if (own !== undefined) {
    const isRule = rule !== undefined && (stage === undefined || stage === own || stage === 'approval');
    return isRule ? 'rule' : undefined;
  }
  const looksAt = stage === undefined ? Object.values(LOOKS_AT) : [LOOKS_AT[stage]];
  const isSeen = looksAt.some((each) =>
    (step === undefined ? each?.plan : each?.step)?.some(
      (seen) => path === seen || path.startsWith(`${seen}/`),
    ),
  );
  if (!isSeen) return undefined;
  return path.startsWith('facts/') ? 'fact' : 'input';
}
