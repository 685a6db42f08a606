import type { MatchedRule, PolicyVerdict, RuleTrace, StepView } from './bundle.ts';
import { type CompiledRule, judge } from './compiled-rule.ts';
import {
  conclude,
  type DefaultAction,
  type Match,
  outranked,
  standingDefault,
  strongestFirst,
} from './conclude.ts';
import type { LayeredIndex } from './layered-index.ts';
import { isDoubt } from './truth.ts';

/** How a bundle turns matched rules into one answer. */
export type Combination = { byDefault: DefaultAction; combining: 'strongest' | 'first_match' };

/**
 * The verdict of a set of rules on one step. Pure, and independent of the order of rules unless `combining` is
 * `first_match`. Shadow rules are reported and never decide.
 */
export function evaluate(index: LayeredIndex, combination: Combination, step: StepView): PolicyVerdict {
  const candidates = index.candidates(step);
  const enforced: Match[] = [];
  const shadow: Match[] = [];
  for (const rule of candidates) {
    const judgement = judge(rule, step);
    if (!judgement.matched) continue;
    const match = judgement.doubt === undefined ? { rule } : { rule, doubt: judgement.doubt };
    (rule.mode === 'shadow' ? shadow : enforced).push(match);
  }
  const found = combination.combining === 'first_match' ? firstOf(enforced) : overridden(enforced);
  found.sort(strongestFirst);
  const standing = standingDefault(found, combination.byDefault);
  const matches = standing === undefined ? found : outranked(found, standing);
  const { action, reason, message, obligations, demand, by_default } = conclude(
    matches,
    combination.byDefault.action,
    standing,
  );
  const verdict: PolicyVerdict = {
    action,
    reason,
    matched: matches.map(toMatchedRule),
    shadow: shadow.sort(strongestFirst).map(toMatchedRule),
    obligations,
    by_default,
    considered: candidates.length,
  };
  if (message !== undefined) verdict.message = message;
  if (demand !== undefined) verdict.demand = demand;
  return verdict;
}

function firstOf(matches: Match[]): Match[] {
  const [first, ...others] = matches;
  if (first === undefined) return [];
  return [
    others.reduce(
      (earliest, match) => (match.rule.position < earliest.rule.position ? match : earliest),
      first,
    ),
  ];
}

/** Marks the matches that a matched allow sets aside; of several allows the first by id is named. */
function overridden(matches: Match[]): Match[] {
  if (!matches.some(({ rule }) => rule.overrides.size > 0)) return matches;
  const overriding = matches.filter(({ rule }) => rule.overrides.size > 0).sort(strongestFirst);
  return matches.map((match) => {
    const by = overriding.find(({ rule }) => rule.overrides.has(match.rule.id));
    return by === undefined ? match : { ...match, overriddenBy: by.rule.id };
  });
}

/** Members stand in the order of their names: the canonical form then costs no sorting. */
function toMatchedRule({ rule, doubt, overriddenBy, isOutranked }: Match): MatchedRule {
  const { id, hash, action, layer, reason, message } = rule;
  const matched = {} as MatchedRule;
  if (doubt !== undefined) matched.doubt = doubt;
  matched.effect = action;
  matched.hash = hash;
  matched.id = id;
  if (layer !== undefined) matched.layer = layer;
  if (message !== undefined) matched.message = message;
  if (isOutranked === true) matched.outranked_by = 'default';
  if (overriddenBy !== undefined) matched.overridden_by = overriddenBy;
  matched.reason = reason;
  return matched;
}

/** Every rule that could match the step's tool, by id, and why it did or did not. */
export function explain(index: LayeredIndex, step: StepView): RuleTrace[] {
  const candidates = index.candidates(step).sort((a, b) => (a.id < b.id ? -1 : 1));
  return candidates.map((rule) => ({
    id: rule.id,
    effect: rule.action,
    ...(rule.layer === undefined ? {} : { layer: rule.layer }),
    mode: rule.mode,
    matched: judge(rule, step).matched,
    detail: detailOf(rule, step),
  }));
}

function detailOf({ conditions }: CompiledRule, step: StepView): string {
  const failed = conditions.find(({ test }) => test(step) === false);
  if (failed !== undefined) return `${failed.label}: no, ${failed.seen(step)}`;
  for (const { label, test } of conditions) {
    const truth = test(step);
    if (isDoubt(truth)) return `${label}: in doubt, ${truth.doubt}`;
  }
  return conditions.length === 0 ? 'it asks nothing, so it always matches' : 'every condition holds';
}
