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
  /** The open conditions of all rules, each once. */
  conditions: readonly Condition[];
  /** Which of them each rule has, one rule after the other. */
  asked: Int32Array;
  /** Where those of each rule begin; one more than there are rules, so that it is also where they end. */
  begins: Int32Array;
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
  const all = rules.flatMap(({ open }) => open);
  const conditions = [...new Set(all)];
  const numbers = new Map(conditions.map((condition, number) => [condition, number]));
  const begins = new Int32Array(rules.length + 1);
  for (const [index, { open }] of rules.entries()) begins[index + 1] = (begins[index] ?? 0) + open.length;
  return {
    rules,
    conditions,
    asked: Int32Array.from(all, (condition) => numbers.get(condition) ?? 0),
    begins,
    sure: rules.map(({ sure }) => sure),
    hasOverrides: rules.some(({ overrides }) => overrides.size > 0),
  };
}

/**
 * The rules of a list that match a step, in its order. All conditions of a rule must hold; a definite no wins over
 * doubt. Where doubt remains, a rule that restricts matches, with the doubt in words, and a rule that allows does not:
 * it goes to `doubtful`.
 */
export function matchesIn(list: RuleList, step: StepView, doubtful?: Match[]): Match[] {
  const { rules, conditions, asked, sure } = list;
  const matches: Match[] = [];
  const isRepeating = asked.length - conditions.length >= WORTH_REMEMBERING;
  const answers: Answers | undefined = isRepeating ? new Array(conditions.length).fill(undefined) : undefined;
  for (let index = 0; index < sure.length; index += 1) {
    const truth = firstNot(list, index, step, answers);
    if (truth === true) matches.push(sure[index] as Match);
    else if (truth !== false) addDoubtful(matches, rules[index] as CompiledRule, step, doubtful);
  }
  return matches;
}

/** What was answered so far, by the number of the condition. */
type Answers = (Truth | undefined)[];

/** Questions that are asked again, from which on remembering their answers costs less than it saves. */
const WORTH_REMEMBERING = 8;

/** True where all conditions of a rule hold, and what is said of the first that does not. */
function firstNot(
  { conditions, asked, begins }: RuleList,
  index: number,
  step: StepView,
  answers: Answers | undefined,
): Truth {
  const end = begins[index + 1] as number;
  for (let at = begins[index] as number; at < end; at += 1) {
    const number = asked[at] as number;
    const truth = answers?.[number] ?? (conditions[number] as Condition).test(step);
    if (answers !== undefined) answers[number] = truth;
    if (truth !== true) return truth;
  }
  return true;
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
