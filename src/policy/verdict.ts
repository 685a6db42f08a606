import type { MatchedRule, PolicyVerdict, RuleTrace, StepView } from './bundle.ts';
import { type CompiledRule, type Match, matchedRule } from './compiled-rule.ts';
import { conclude, type DefaultAction, outranked, standingDefault } from './conclude.ts';
import type { LayeredIndex } from './layered-index.ts';
import { matchesIn, type RuleList } from './rule-list.ts';
import { isDoubt } from './truth.ts';

/** How a bundle turns matched rules into one answer. */
export type Combination = {
  byDefault: DefaultAction;
  /** Under `first_match`: the place of each rule. Without it the strongest decides. */
  order?: ReadonlyMap<CompiledRule, number>;
};

/**
 * The verdict of a set of rules on one step. Pure, and independent of the order of rules unless `combining` is
 * `first_match`. Shadow rules are reported and never decide.
 */
export function evaluate(index: LayeredIndex, combination: Combination, step: StepView): PolicyVerdict {
  const { enforced, shadow } = index.candidates(step);
  const matching = matchesIn(enforced, step);
  const found =
    combination.order === undefined ? overridden(enforced, matching) : firstOf(matching, combination.order);
  const byDefault = combination.byDefault.action;
  const standing = standingDefault(found, combination.byDefault);
  const matches = standing === undefined || found.length === 0 ? found : outranked(found, standing);
  const verdict: PolicyVerdict = {
    action: byDefault,
    reason: '',
    matched: said(matches),
    shadow: shadow.rules.length === 0 ? [] : said(matchesIn(shadow, step)),
    obligations: [],
    by_default: true,
    considered: enforced.rules.length + shadow.rules.length,
  };
  conclude(verdict, matches, byDefault, standing);
  return verdict;
}

function firstOf(matches: Match[], order: ReadonlyMap<CompiledRule, number>): Match[] {
  const placeOf = ({ rule }: Match) => order.get(rule) ?? Number.POSITIVE_INFINITY;
  const [first, ...others] = matches;
  if (first === undefined) return [];
  return [others.reduce((earliest, match) => (placeOf(match) < placeOf(earliest) ? match : earliest), first)];
}

/** Marks the matches that a matched allow sets aside; of several allows the first by id is named. */
function overridden({ hasOverrides }: RuleList, matches: Match[]): Match[] {
  if (!hasOverrides) return matches;
  const overriding = matches.filter(({ rule }) => rule.overrides.size > 0);
  return matches.map((match) => {
    const by = overriding.find(({ rule }) => rule.overrides.has(match.rule.id));
    return by === undefined ? match : { ...match, overriddenBy: by.rule.id };
  });
}

function said(matches: readonly Match[]): MatchedRule[] {
  return matches.map((match) =>
    match === match.rule.sure ? match.rule.matched : matchedRule(match.rule, match),
  );
}

/** Every rule that could match the step's tool, by id, and why it did or did not. */
export function explain(index: LayeredIndex, step: StepView): RuleTrace[] {
  const { enforced, shadow } = index.candidates(step);
  const candidates = [...enforced.rules, ...shadow.rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const matched = new Set(
    [enforced, shadow].flatMap((list) => matchesIn(list, step)).map(({ rule }) => rule),
  );
  return candidates.map((rule) => ({
    id: rule.id,
    effect: rule.action,
    ...(rule.layer === undefined ? {} : { layer: rule.layer }),
    mode: rule.mode,
    matched: matched.has(rule),
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
