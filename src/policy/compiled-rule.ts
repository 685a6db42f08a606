import { byIdentity } from '../json/by-identity.ts';
import { argumentConditions } from './argument-conditions.ts';
import type { Action, Obligation, StepView } from './bundle.ts';
import type { Condition } from './condition.ts';
import { ruleHash } from './content.ts';
import { parseDuration } from './duration.ts';
import { compileQuery, historyConditions } from './history.ts';
import type { Layer } from './layer.ts';
import { matchConditions } from './match-conditions.ts';
import type { Names } from './names-schema.ts';
import { obligationsOf } from './obligation-schema.ts';
import type { HistoryQuery } from './past.ts';
import type { RuleContent } from './rule-schema.ts';
import { isDoubt } from './truth.ts';

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
  /** What the conditions ask of the past. */
  queries: readonly HistoryQuery[];
  /** Place in the bundle; decides under `first_match` only. */
  position: number;
  toolNames: Names | undefined;
  overrides: ReadonlySet<string>;
  obligations: readonly Obligation[];
  approval: { ttl_ms: number; required: number; approvers: readonly string[] } | undefined;
};

/**
 * Compiles one rule. Every pattern and level in it was checked when its content was read. A rule that another bundle
 * has as the very same object is not compiled again.
 */
export function compileRule(content: RuleContent, position: number): CompiledRule {
  return { ...withoutPosition(content), position };
}

const withoutPosition = byIdentity((content: RuleContent): Omit<CompiledRule, 'position'> => {
  const quantifier = content.action === 'allow' ? 'every' : 'any';
  const { id, action, mode, layer, reason = 'rule_matched', message, approval } = content;
  const history = (content.history ?? []).map(({ count, ...asked }) => ({
    query: compileQuery(asked),
    count,
  }));
  return {
    id,
    hash: ruleHash(content),
    action,
    mode,
    layer,
    reason,
    message,
    // The past is asked last: what does not match anyway needs no count.
    conditions: [
      ...matchConditions(content.match, quantifier),
      ...argumentConditions(content, quantifier),
      ...historyConditions(history),
    ],
    queries: history.map(({ query }) => query),
    toolNames: content.match.tool_name,
    overrides: new Set(content.overrides),
    obligations: content.obligations.flatMap(obligationsOf),
    approval: approval && {
      ttl_ms: parseDuration(approval.ttl) ?? 0,
      required: approval.required,
      approvers: approval.approvers,
    },
  };
});

/** What a rule says of a step: not at all, surely, or only because something could not be evaluated. */
export type Judgement = { matched: false } | { matched: true; doubt?: string };

const NO: Judgement = { matched: false };
const YES: Judgement = { matched: true };

/**
 * Judges a step by a rule. All conditions must hold; a definite no wins over doubt. Where doubt remains, a rule
 * that restricts matches, with the doubt in words, and a rule that allows does not.
 */
export function judge(rule: CompiledRule, step: StepView): Judgement {
  let doubt: string | undefined;
  for (const { test, label } of rule.conditions) {
    const truth = test(step);
    if (truth === false) return NO;
    if (isDoubt(truth)) {
      if (rule.action === 'allow') return NO;
      doubt ??= `${label}: ${truth.doubt}`;
    }
  }
  return doubt === undefined ? YES : { matched: true, doubt };
}
