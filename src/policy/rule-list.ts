import type { Action, StepView } from './bundle.ts';
import type { CompiledRule, Match } from './compiled-rule.ts';
import type { Condition } from './condition.ts';
import type { Truth } from './truth.ts';

/**
 * Rules in the order in which they decide: strongest first, then by id. What is read of every rule stands side by side,
 * so that a processor that holds few of ten thousand rules need not fetch each one to find that it does not match.
 */
export type RuleList = {
  rules: readonly CompiledRule[];
  /** The open conditions of all rules, one rule after the other. */
  conditions: readonly Condition[];
  /** Where the conditions of each rule end. */
  ends: readonly number[];
  /** The match of each rule where nothing is in doubt. */
  sure: readonly Match[];
  /** Whether any of the rules can set others aside. */
  hasOverrides: boolean;
};

const STRENGTH: Record<Action, number> = { block: 2, require_approval: 1, allow: 0 };

function strongestFirst(a: CompiledRule, b: CompiledRule): number {
  return STRENGTH[b.action] - STRENGTH[a.action] || (a.id < b.id ? -1 : 1);
}

function listRules(unordered: readonly CompiledRule[]): RuleList {
  const rules = unordered.toSorted(strongestFirst);
  let end = 0;
  return {
    rules,
    conditions: rules.flatMap(({ open }) => open),
    ends: rules.map(({ open }) => {
      end += open.length;
      return end;
    }),
    sure: rules.map(({ sure }) => sure),
    hasOverrides: rules.some(({ overrides }) => overrides.size > 0),
  };
}

/**
 * The rules of a list that match a step, in its order. All conditions of a rule must hold; a definite no wins over
 * doubt. Where doubt remains, a rule that restricts matches, with the doubt in words, and a rule that allows does not:
 * it goes to `doubtful`.
 */
export function matchesIn(
  { rules, conditions, ends, sure }: RuleList,
  step: StepView,
  doubtful?: Match[],
): Match[] {
  const matches: Match[] = [];
  let at = 0;
  for (let index = 0; index < ends.length; index += 1) {
    const end = ends[index] as number;
    let truth: Truth = true;
    while (truth === true && at < end) {
      truth = (conditions[at] as Condition).test(step);
      at += 1;
    }
    if (truth === true) matches.push(sure[index] as Match);
    else if (truth !== false) addDoubtful(matches, rules[index] as CompiledRule, step, doubtful);
    at = end;
  }
  return matches;
}

/** Adds a rule of which some condition is in doubt, unless another one surely fails. */
function addDoubtful(matches: Match[], rule: CompiledRule, step: StepView, doubtful?: Match[]): void {
  const isAllow = rule.action === 'allow';
  if (isAllow && doubtful === undefined) return;
  let doubt: string | undefined;
  for (const { test, label } of rule.open) {
    const truth = test(step);
    if (truth === false) return;
    if (truth !== true) doubt ??= `${label}: ${truth.doubt}`;
  }
  const match = doubt === undefined ? rule.sure : { rule, doubt };
  if (isAllow) doubtful?.push(match);
  else matches.push(match);
}

/** The rules to ask about one step. */
export type Candidates = { enforced: RuleList; shadow: RuleList };

function arrange(rules: readonly CompiledRule[]): Candidates {
  return {
    enforced: listRules(rules.filter(({ mode }) => mode === 'enforce')),
    shadow: listRules(rules.filter(({ mode }) => mode === 'shadow')),
  };
}

/** Rules that all lists kept may hold together. A plan can name any tool there is. */
const MAX_KEPT = 1_000_000;

/** Keeps the lists of rules asked for before, by a key of whoever asks. */
export function keptLists() {
  const kept = new Map<string, Candidates>();
  let held = 0;
  return {
    get: (key: string): Candidates | undefined => kept.get(key),
    keep: (key: string, rules: readonly CompiledRule[]): Candidates => {
      held += 1 + rules.length;
      if (held > MAX_KEPT) {
        kept.clear();
        held = 1 + rules.length;
      }
      const candidates = arrange(rules);
      kept.set(key, candidates);
      return candidates;
    },
  };
}
