import { argumentConditions } from './argument-conditions.ts';
import type { Action, MatchedRule, Obligation } from './bundle.ts';
import type { Condition, ShareCondition } from './condition.ts';
import { ruleHash } from './content.ts';
import { parseDuration } from './duration.ts';
import { compileQuery, historyConditions } from './history.ts';
import type { Layer } from './layer.ts';
import { matchConditions } from './match-conditions.ts';
import type { Names } from './names-schema.ts';
import { obligationsOf } from './obligation-schema.ts';
import type { HistoryQuery } from './past.ts';
import type { RuleContent } from './rule-schema.ts';

/** A rule ready to judge steps. */
export type CompiledRule = {
  id: string;
  hash: string;
  action: Action;
  mode: 'enforce' | 'shadow';
  /** Absent of a rule for everyone. */
  layer: Layer | undefined;
  reason: string;
  message: string | undefined;
  conditions: readonly Condition[];
  /** Those of the conditions that are still open once the index has found the rule. */
  open: readonly Condition[];
  /** The match where nothing is in doubt, and what the answer says of it: made once. */
  sure: Match;
  matched: MatchedRule;
  /** What the conditions ask of the past. */
  queries: readonly HistoryQuery[];
  toolNames: Names | undefined;
  overrides: ReadonlySet<string>;
  obligations: readonly Obligation[];
  approval: { ttl_ms: number; required: number; approvers: readonly string[] } | undefined;
};

/** A rule that matched; of several that set it aside, `overriddenBy` is the first by id. */
export type Match = { rule: CompiledRule; doubt?: string; overriddenBy?: string; isOutranked?: boolean };

const compiled = new WeakMap<RuleContent, { rule: CompiledRule; when: Condition | undefined }>();

/**
 * Compiles one rule. Every pattern and level in it was checked when its content was read; `when` is its condition of
 * that name, compiled. What costs least is asked first. A rule that another bundle has as the very same object, with the
 * same condition, is not compiled again.
 */
export function compileRule(content: RuleContent, share: ShareCondition, when?: Condition): CompiledRule {
  const before = compiled.get(content);
  if (before !== undefined && before.when === when) return before.rule;
  const rule = compileAnew(content, share, when);
  compiled.set(content, { rule, when });
  return rule;
}

function compileAnew(content: RuleContent, share: ShareCondition, when: Condition | undefined): CompiledRule {
  const quantifier = content.action === 'allow' ? 'every' : 'any';
  const { id, action, mode, layer, reason = 'rule_matched', message, approval } = content;
  const { tool_name: toolNames, ...match } = content.match;
  const ofTool = matchConditions(toolNames === undefined ? {} : { tool_name: toolNames }, quantifier, share);
  const history = (content.history ?? []).map(({ count, ...asked }) => ({
    query: compileQuery(asked),
    count,
  }));
  const others = [
    ...matchConditions(match, quantifier, share),
    ...argumentConditions(content, quantifier, share),
    ...(when === undefined ? [] : [when]),
    // The past is asked last: what does not match anyway needs no count.
    ...historyConditions(history),
  ];
  const conditions = [...ofTool, ...others];
  const rule: Omit<CompiledRule, 'sure' | 'matched'> = {
    id,
    hash: ruleHash(content),
    action,
    mode,
    layer,
    reason,
    message,
    conditions,
    open: isIndexed(toolNames) ? others : conditions,
    queries: history.map(({ query }) => query),
    toolNames,
    overrides: new Set(content.overrides),
    obligations: content.obligations.flatMap(obligationsOf),
    approval: approval && {
      ttl_ms: parseDuration(approval.ttl) ?? 0,
      required: approval.required,
      approvers: approval.approvers,
    },
  };
  const sure = { rule: rule as CompiledRule };
  return Object.assign(rule, { sure, matched: Object.freeze(matchedRule(rule)) });
}

/** Whether the index finds the rule for no other tools than those it names. */
export function isIndexed(toolNames: Names | undefined): toolNames is string[] {
  return Array.isArray(toolNames);
}

type Named = Pick<CompiledRule, 'id' | 'hash' | 'action' | 'layer' | 'reason' | 'message'>;

/**
 * What the answer says of a rule that matched. Members stand in the order of their names: the canonical form then
 * costs no sorting.
 */
export function matchedRule(
  { id, hash, action, layer, reason, message }: Named,
  { doubt, overriddenBy, isOutranked }: Omit<Match, 'rule'> = {},
): MatchedRule {
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
