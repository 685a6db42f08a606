import type { AuditEvent } from '../audit/event.ts';
import type { UnexplainedDecision } from '../decision/decision.ts';
import type { Verdict } from '../evaluation/reevaluate.ts';
import type { MatchedRule } from '../policy/bundle.ts';
import type { DiffEffect } from '../replay/diff/effect.ts';

/** Why a decision came out otherwise: a rule that matches on one side only or is another one, or a control. */
export type FlipCause =
  | { kind: 'rule'; rule: string; change: 'new' | 'gone' | 'changed' }
  | { kind: 'control'; control: string; reason: string };

/** A recorded plan that the candidate decides otherwise. */
export type Flip = {
  trace_id: string;
  execution_plan_id: string;
  timestamp: string;
  /** The log it stands in; absent in the one that was asked. */
  log?: string;
  tenant_id?: string;
  agent_id?: string;
  tools: string[];
  effect: DiffEffect;
  before: Verdict;
  after: Verdict;
  because: FlipCause[];
};

/** Controls that decide by rules. */
const BY_RULES = new Set<string | undefined>(['policy', 'approval', 'none']);

/**
 * The causes of a flip. The control that was stricter decided: where it goes by rules, the rules that differ are why, and
 * where none does (the default of the bundle, an approval that was given for other rules) the control itself is.
 */
export function causesOfFlip(
  effect: DiffEffect,
  before: Verdict & { stages: readonly AuditEvent[] },
  after: UnexplainedDecision,
): FlipCause[] {
  const { control = '', reason = '' } = effect === 'loosened' ? before : after;
  const rules = BY_RULES.has(control) ? ruleChanges(recordedRules(before.stages), decidedRules(after)) : [];
  return rules.length > 0 ? rules : [{ kind: 'control', control, reason }];
}

/** By step and rule: two steps may meet the same rule. */
type Rules = Map<string, { id: string; form: string }>;

function recordedRules(stages: readonly AuditEvent[]): Rules {
  const rules: Rules = new Map();
  for (const { event_type, step_id = '', payload } of stages) {
    if (event_type === 'policy_evaluated')
      addRules(rules, step_id, (payload?.['matched_rules'] ?? []) as MatchedRule[]);
  }
  return rules;
}

function decidedRules({ steps }: UnexplainedDecision): Rules {
  const rules: Rules = new Map();
  for (const { step_id, matched_rules } of steps) addRules(rules, step_id, matched_rules);
  return rules;
}

function addRules(rules: Rules, stepId: string, matched: readonly MatchedRule[]): void {
  for (const { id, hash, overridden_by = '' } of matched)
    rules.set(`${stepId}\n${id}`, { id, form: `${hash} ${overridden_by}` });
}

function ruleChanges(before: Rules, after: Rules): FlipCause[] {
  const causes = new Map<string, FlipCause>();
  const note = (rule: string, change: 'new' | 'gone' | 'changed') =>
    causes.set(`${rule}\n${change}`, { kind: 'rule', rule, change });
  for (const [place, { id, form }] of after) {
    const was = before.get(place);
    if (was === undefined) note(id, 'new');
    else if (was.form !== form) note(id, 'changed');
  }
  for (const [place, { id }] of before) if (!after.has(place)) note(id, 'gone');
  return [...causes.values()];
}
