import type { Action, MatchedRule, Obligation, PolicyVerdict, RuleTrace, StepView } from './bundle.ts';
import { type CompiledRule, judge } from './compiled-rule.ts';
import { mergeDemands } from './demand.ts';
import { mergeObligations, notificationsAmong, type ObligationConflict } from './merge-obligations.ts';
import type { RuleIndex } from './rule-index.ts';
import { isDoubt } from './truth.ts';

/** How a bundle turns matched rules into one answer. */
export type Combination = { byDefault: Action; combining: 'strongest' | 'first_match' };

type Match = { rule: CompiledRule; doubt?: string; overriddenBy?: string };

const STRENGTH: Record<Action, number> = { block: 2, require_approval: 1, allow: 0 };

function strongestFirst(a: Match, b: Match): number {
  return STRENGTH[b.rule.action] - STRENGTH[a.rule.action] || (a.rule.id < b.rule.id ? -1 : 1);
}

/**
 * The verdict of a set of rules on one step. Pure, and independent of the order of rules unless `combining` is
 * `first_match`. Shadow rules are reported and never decide.
 */
export function evaluate(index: RuleIndex, combination: Combination, step: StepView): PolicyVerdict {
  const candidates = index.candidates(step.tool_name);
  const enforced: Match[] = [];
  const shadow: Match[] = [];
  for (const rule of candidates) {
    const judgement = judge(rule, step);
    if (!judgement.matched) continue;
    const match = judgement.doubt === undefined ? { rule } : { rule, doubt: judgement.doubt };
    (rule.mode === 'shadow' ? shadow : enforced).push(match);
  }
  const matches = combination.combining === 'first_match' ? firstOf(enforced) : overridden(enforced);
  matches.sort(strongestFirst);
  const { action, reason, message, obligations, demand, by_default } = conclude(
    matches,
    combination.byDefault,
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

type Conclusion = Pick<
  PolicyVerdict,
  'action' | 'reason' | 'message' | 'obligations' | 'demand' | 'by_default'
>;

/** `matches` come strongest first. */
function conclude(matches: Match[], byDefault: Action): Conclusion {
  const standing = matches.filter(({ overriddenBy }) => overriddenBy === undefined);
  const [strongest] = standing;
  if (strongest === undefined) return concludeByDefault(byDefault);
  const { action } = strongest.rule;
  const deciding = standing.filter(({ rule }) => rule.action === action);
  // A rule that surely matched explains more than one that matched in doubt.
  const { rule } = deciding.find(({ doubt }) => doubt === undefined) ?? strongest;
  const asked = standing.flatMap((match) => match.rule.obligations);
  const conclusion: Conclusion = { action, reason: rule.reason, obligations: [], by_default: false };
  if (rule.message !== undefined) conclusion.message = rule.message;
  // Nothing runs, but whoever is to be told is told.
  conclusion.obligations = notificationsAmong(asked);
  if (action === 'block') return conclusion;
  const { obligations, conflict } = mergeObligations(asked);
  if (obligations === undefined) return contradiction(conclusion, contradictionOf(standing, conflict));
  conclusion.obligations = obligations;
  if (action === 'allow') return conclusion;
  const demand = mergeDemands(deciding.map((match) => match.rule));
  if (demand === undefined) return contradiction(conclusion, noCommonApprover(deciding));
  conclusion.demand = demand;
  return conclusion;
}

/** Stands among rule hashes for the bundle's own default. */
const DEFAULT_DEMAND = 'default:require_approval';

function concludeByDefault(action: Action): Conclusion {
  const demand = { ttl_ms: 3_600_000, required: 1, approvers: [], rule_hashes: [DEFAULT_DEMAND] };
  const conclusion = { action, reason: `default_${action}`, obligations: [], by_default: true };
  return action === 'require_approval' ? { ...conclusion, demand } : conclusion;
}

/** Rules that cannot all have what they ask for: nothing runs, and whoever is to be told is told. */
function contradiction({ obligations }: Conclusion, message: string): Conclusion {
  const told = notificationsAmong(obligations);
  return { action: 'block', reason: 'obligation_conflict', message, obligations: told, by_default: false };
}

function noCommonApprover(deciding: Match[]): string {
  const ids = deciding
    .filter(({ rule }) => (rule.approval?.approvers.length ?? 0) > 0)
    .map(({ rule }) => rule.id);
  return `No approver is accepted by all of the rules that ask for approval: ${ids.join(', ')}.`;
}

function contradictionOf(standing: Match[], [one, other]: ObligationConflict): string {
  const places = one === other ? `argument ${one}` : `arguments ${one} and ${other}`;
  const isAbout = (obligation: Obligation) =>
    (obligation.type === 'set_argument' || obligation.type === 'redact_argument') &&
    (obligation.path === one || obligation.path === other);
  const ids = standing.filter(({ rule }) => rule.obligations.some(isAbout)).map(({ rule }) => rule.id);
  return `What the rules set or redact in ${places} cannot all be met: ${ids.join(', ')}.`;
}

/** Members stand in the order of their names: the canonical form then costs no sorting. */
function toMatchedRule({ rule, doubt, overriddenBy }: Match): MatchedRule {
  const { id, hash, action, reason, message } = rule;
  const matched = {} as MatchedRule;
  if (doubt !== undefined) matched.doubt = doubt;
  matched.effect = action;
  matched.hash = hash;
  matched.id = id;
  if (message !== undefined) matched.message = message;
  if (overriddenBy !== undefined) matched.overridden_by = overriddenBy;
  matched.reason = reason;
  return matched;
}

/** Every rule that could match the step's tool, by id, and why it did or did not. */
export function explain(index: RuleIndex, step: StepView): RuleTrace[] {
  const candidates = index.candidates(step.tool_name).sort((a, b) => (a.id < b.id ? -1 : 1));
  return candidates.map((rule) => ({
    id: rule.id,
    effect: rule.action,
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
