import type { Action, Obligation, PolicyVerdict } from './bundle.ts';
import type { CompiledRule, Match } from './compiled-rule.ts';
import { mergeDemands } from './demand.ts';
import { layerWords } from './layer.ts';
import { mergeObligations, notificationsAmong, type ObligationConflict } from './merge-obligations.ts';

/** What a bundle does where no rule speaks, and whether rules of a layer may relax it. */
export type DefaultAction = { action: Action; overridable: boolean };

export type Conclusion = Pick<
  PolicyVerdict,
  'action' | 'reason' | 'message' | 'obligations' | 'demand' | 'by_default'
>;

/** How much an action keeps back. */
export const STRENGTH: Record<Action, number> = { block: 2, require_approval: 1, allow: 0 };

/**
 * The default, where it stands against the rules that matched: a step that no rule for everyone speaks about is the
 * default's, and rules of a layer can tighten that and not relax it. One that is marked overridable gives way to any.
 */
export function standingDefault(matches: readonly Match[], byDefault: DefaultAction): Action | undefined {
  const isSpokenOf = matches.some(({ rule }) => rule.layer === undefined);
  return isSpokenOf || byDefault.overridable ? undefined : byDefault.action;
}

/** Marks the rules that are weaker than a default that stands. */
export function outranked(matches: readonly Match[], standing: Action): Match[] {
  return matches.map((match) =>
    match.overriddenBy === undefined && STRENGTH[match.rule.action] < STRENGTH[standing]
      ? { ...match, isOutranked: true }
      : match,
  );
}

/** One answer from the rules that matched, strongest first, and the default. */
export function conclude(
  matches: readonly Match[],
  byDefault: Action,
  standing: Action | undefined,
): Conclusion {
  const rules = matches.filter(({ overriddenBy }) => overriddenBy === undefined);
  const [strongest] = rules;
  if (strongest === undefined || strongest.isOutranked === true) return concludeByDefault(rules, byDefault);
  const { action } = strongest.rule;
  const deciding = rules.filter(({ rule }) => rule.action === action);
  // A rule that surely matched explains more than one that matched in doubt.
  const { rule } = deciding.find(({ doubt }) => doubt === undefined) ?? strongest;
  const base: Conclusion = { action, reason: rule.reason, obligations: [], by_default: false };
  if (rule.message !== undefined) base.message = rule.message;
  if (action !== 'require_approval') return withDemands(base, rules, []);
  const asked = [...deciding.map((match) => match.rule), ...(standing === action ? [DEFAULT_RULE] : [])];
  return withDemands(base, rules, asked);
}

/** Stands among rules for the bundle's own default, where that asks for approval. */
const DEFAULT_RULE: Pick<CompiledRule, 'id' | 'approval' | 'hash'> = {
  id: 'default',
  approval: { ttl_ms: 3_600_000, required: 1, approvers: [] },
  hash: 'default:require_approval',
};

function concludeByDefault(rules: readonly Match[], action: Action): Conclusion {
  const conclusion: Conclusion = { action, reason: `default_${action}`, obligations: [], by_default: true };
  const [first] = rules;
  if (first?.rule.layer !== undefined) conclusion.message = defaultStands(first.rule, action);
  return withDemands(conclusion, rules, [DEFAULT_RULE]);
}

const VERBS: Record<Action, string> = {
  allow: 'allows',
  block: 'blocks',
  require_approval: 'asks for approval',
};

function defaultStands({ id, layer, action }: CompiledRule, byDefault: Action): string {
  const whose = layer === undefined ? '' : ` of ${layerWords(layer)}`;
  return `Rule ${id}${whose} ${VERBS[action]}, but the bundle's default ${VERBS[byDefault]} and is not marked overridable.`;
}

/** Adds what the rules ask for, or blocks where they cannot all have it. `asking`: those whose approval is needed. */
function withDemands(
  base: Conclusion,
  rules: readonly Match[],
  asking: readonly Pick<CompiledRule, 'id' | 'approval' | 'hash'>[],
): Conclusion {
  const wanted = obligationsAmong(rules);
  // Where nothing runs, whoever is to be told is told all the same.
  if (base.action === 'block') return { ...base, obligations: notificationsAmong(wanted) };
  const { obligations, conflict } = mergeObligations(wanted);
  if (obligations === undefined) return contradiction(wanted, contradictionOf(rules, conflict));
  if (base.action === 'allow') return { ...base, obligations };
  const demand = mergeDemands(asking);
  if (demand === undefined) return contradiction(wanted, noCommonApprover(asking));
  return { ...base, obligations, demand };
}

const NONE: readonly Obligation[] = [];

/** Most rules have none, and then there is nothing to gather. */
function obligationsAmong(rules: readonly Match[]): readonly Obligation[] {
  return rules.some(({ rule }) => rule.obligations.length > 0)
    ? rules.flatMap(({ rule }) => rule.obligations)
    : NONE;
}

function contradiction(wanted: readonly Obligation[], message: string): Conclusion {
  const obligations = notificationsAmong(wanted);
  return { action: 'block', reason: 'obligation_conflict', message, obligations, by_default: false };
}

function noCommonApprover(asking: readonly Pick<CompiledRule, 'id' | 'approval'>[]): string {
  const ids = asking.filter(({ approval }) => (approval?.approvers.length ?? 0) > 0).map(({ id }) => id);
  return `No approver is accepted by all of the rules that ask for approval: ${ids.join(', ')}.`;
}

function contradictionOf(rules: readonly Match[], [one, other]: ObligationConflict): string {
  const places = one === other ? `argument ${one}` : `arguments ${one} and ${other}`;
  const isAbout = (obligation: Obligation) =>
    (obligation.type === 'set_argument' || obligation.type === 'redact_argument') &&
    (obligation.path === one || obligation.path === other);
  const ids = rules.filter(({ rule }) => rule.obligations.some(isAbout)).map(({ rule }) => rule.id);
  return `What the rules set or redact in ${places} cannot all be met: ${ids.join(', ')}.`;
}
