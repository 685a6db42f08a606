import type { Action, Obligation, PolicyVerdict } from './bundle.ts';
import type { CompiledRule, Match } from './compiled-rule.ts';
import { mergeDemands } from './demand.ts';
import { layerWords } from './layer.ts';
import {
  type MergedObligations,
  mergeObligations,
  notificationsAmong,
  type ObligationConflict,
} from './merge-obligations.ts';

/** What a bundle does where no rule speaks, and whether rules of a layer may relax it. */
export type DefaultAction = { action: Action; overridable: boolean };

/** How much an action keeps back. */
export const STRENGTH: Record<Action, number> = { block: 2, require_approval: 1, allow: 0 };

/**
 * The default, where it stands against the rules that matched: a step that no rule for everyone speaks about is the
 * default's, and rules of a layer can tighten that and not relax it. One that is marked overridable gives way to any.
 */
export function standingDefault(matches: readonly Match[], byDefault: DefaultAction): Action | undefined {
  for (const { rule } of matches) if (rule.layer === undefined) return undefined;
  return byDefault.overridable ? undefined : byDefault.action;
}

/** Marks the rules that are weaker than a default that stands. */
export function outranked(matches: readonly Match[], standing: Action): Match[] {
  return matches.map((match) =>
    match.overriddenBy === undefined && STRENGTH[match.rule.action] < STRENGTH[standing]
      ? { ...match, isOutranked: true }
      : match,
  );
}

/**
 * Writes one answer into a verdict: that of the rules that matched, strongest first, or of the default. `standing` is the
 * default where it stands against the rules.
 */
export function conclude(
  verdict: PolicyVerdict,
  matches: readonly Match[],
  byDefault: Action,
  standing: Action | undefined,
): void {
  const rules = notOverridden(matches);
  const strongest = rules[0];
  if (strongest === undefined || strongest.isOutranked === true) {
    concludeByDefault(verdict, rules, byDefault);
    return;
  }
  const { action } = strongest.rule;
  const { reason, message } = explaining(rules, strongest).rule;
  verdict.action = action;
  verdict.reason = reason;
  verdict.by_default = false;
  if (message !== undefined) verdict.message = message;
  if (action !== 'require_approval') addDemands(verdict, rules, NO_DEMANDS);
  else addDemands(verdict, rules, askingAmong(rules, standing));
}

/** Most rules are not overridden, and then there is nothing to leave out. */
function notOverridden(matches: readonly Match[]): readonly Match[] {
  for (const { overriddenBy } of matches)
    if (overriddenBy !== undefined) return matches.filter((match) => match.overriddenBy === undefined);
  return matches;
}

/** Of the rules that decide, the first that surely matched: it explains more than one that matched in doubt. */
function explaining(rules: readonly Match[], strongest: Match): Match {
  for (const match of rules) {
    if (match.rule.action !== strongest.rule.action) return strongest;
    if (match.doubt === undefined) return match;
  }
  return strongest;
}

type Asking = Pick<CompiledRule, 'id' | 'approval' | 'hash'>;
const NO_DEMANDS: readonly Asking[] = [];

function askingAmong(rules: readonly Match[], standing: Action | undefined): Asking[] {
  const asking: Asking[] = [];
  for (const { rule } of rules) if (rule.action === 'require_approval') asking.push(rule);
  if (standing === 'require_approval') asking.push(DEFAULT_RULE);
  return asking;
}

/** Stands among rules for the bundle's own default, where that asks for approval. */
const DEFAULT_RULE: Asking = {
  id: 'default',
  approval: { ttl_ms: 3_600_000, required: 1, approvers: [] },
  hash: 'default:require_approval',
};

const BY_DEFAULT: readonly Asking[] = [DEFAULT_RULE];
const DEFAULT_REASONS: Record<Action, string> = {
  allow: 'default_allow',
  block: 'default_block',
  require_approval: 'default_require_approval',
};

function concludeByDefault(verdict: PolicyVerdict, rules: readonly Match[], action: Action): void {
  verdict.action = action;
  verdict.reason = DEFAULT_REASONS[action];
  verdict.by_default = true;
  const first = rules[0];
  if (first?.rule.layer !== undefined) verdict.message = defaultStands(first.rule, action);
  addDemands(verdict, rules, BY_DEFAULT);
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
function addDemands(verdict: PolicyVerdict, rules: readonly Match[], asking: readonly Asking[]): void {
  const wanted = obligationsAmong(rules);
  // Where nothing runs, whoever is to be told is told all the same.
  if (verdict.action === 'block') {
    if (wanted.length > 0) verdict.obligations = notificationsAmong(wanted);
    return;
  }
  const { obligations, conflict } = wanted.length === 0 ? NOTHING_WANTED : mergeObligations(wanted);
  if (obligations === undefined) {
    contradict(verdict, wanted, contradictionOf(rules, conflict));
    return;
  }
  if (obligations.length > 0) verdict.obligations = obligations;
  if (verdict.action === 'allow') return;
  const demand = mergeDemands(asking);
  if (demand === undefined) contradict(verdict, wanted, noCommonApprover(asking));
  else verdict.demand = demand;
}

const NOTHING_WANTED: MergedObligations = { obligations: [] };

const NONE: readonly Obligation[] = [];

/** Most rules have none, and then there is nothing to gather. */
function obligationsAmong(rules: readonly Match[]): readonly Obligation[] {
  for (const { rule } of rules)
    if (rule.obligations.length > 0) return rules.flatMap((match) => match.rule.obligations);
  return NONE;
}

function contradict(verdict: PolicyVerdict, wanted: readonly Obligation[], message: string): void {
  verdict.action = 'block';
  verdict.reason = 'obligation_conflict';
  verdict.by_default = false;
  verdict.message = message;
  verdict.obligations = notificationsAmong(wanted);
}

function noCommonApprover(asking: readonly Asking[]): string {
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
