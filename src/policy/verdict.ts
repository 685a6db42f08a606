import type { MatchedRule, PolicyVerdict, RuleTrace, StepView } from './bundle.ts';
import { type CompiledRule, type Match, matchedRule } from './compiled-rule.ts';
import { conclude, type DefaultAction, outranked, STRENGTH, standingDefault } from './conclude.ts';
import type { LayeredIndex } from './layered-index.ts';
import { matchesIn, type RuleList } from './rule-list.ts';
import { isDoubt } from './truth.ts';

/** How a bundle turns matched rules into one answer. */
export type Combination = {
  byDefault: DefaultAction;
  /** Under `first_match`: the place of each rule. Without it the strongest decides. */
  order?: ReadonlyMap<CompiledRule, number>;
};

/** Allows in doubt that a verdict names at most. */
const MAX_DOUBTFUL = 20;

/**
 * The verdict of a set of rules on one step. Pure, and independent of the order of rules unless `combining` is
 * `first_match`. Shadow rules are reported and never decide.
 */
export function evaluate(index: LayeredIndex, combination: Combination, step: StepView): PolicyVerdict {
  const { enforced, shadow } = index.candidates(step);
  const doubtful: Match[] = [];
  const matching = matchesIn(enforced, step, doubtful);
  const verdict = answerOf(enforced, matching, combination);
  if (shadow.rules.length > 0) {
    verdict.shadow = said(matchesIn(shadow, step));
    verdict.considered += shadow.rules.length;
  }
  if (verdict.action === 'allow' || doubtful.length === 0) return verdict;
  const missed = doubtful.filter((allow) => {
    const { action } = answerOf(enforced, [...matching, allow.rule.sure], combination);
    return STRENGTH[action] < STRENGTH[verdict.action];
  });
  if (missed.length > 0) verdict.doubtful = said(missed.slice(0, MAX_DOUBTFUL));
  return verdict;
}

/** What the rules that match come to, and the default. */
function answerOf(list: RuleList, matching: Match[], { order, byDefault }: Combination): PolicyVerdict {
  const found = order === undefined ? overridden(list, matching) : firstOf(matching, order);
  const standing = standingDefault(found, byDefault);
  const matches = standing === undefined || found.length === 0 ? found : outranked(found, standing);
  const verdict: PolicyVerdict = {
    action: byDefault.action,
    reason: '',
    matched: matches.length === 0 ? NOTHING : said(matches),
    shadow: NOTHING,
    obligations: NOTHING,
    by_default: true,
    considered: list.rules.length,
  };
  conclude(verdict, matches, byDefault.action, standing);
  return verdict;
}

/** Of a verdict that has none; frozen, since it goes to callers. */
const NOTHING: readonly never[] = Object.freeze([]);

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
    ...(!matched.has(rule) && isNearMiss(rule, step) && { near_miss: true as const }),
    detail: detailOf(rule, step),
  }));
}

/** Whether one condition alone kept the rule from matching. */
function isNearMiss({ conditions }: CompiledRule, step: StepView): boolean {
  return conditions.filter(({ test }) => test(step) !== true).length === 1;
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
