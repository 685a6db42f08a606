import { canonicalJson } from '../../../json/canonical.ts';
import type { Action } from '../../bundle.ts';
import { ruleHash } from '../../content.ts';
import { parseDuration } from '../../duration.ts';
import { obligationsOf } from '../../obligation-schema.ts';
import type { RuleContent } from '../../rule-schema.ts';
import type { RuleShape } from '../rule-shape.ts';
import { coversObligations, isEasier, STRENGTH } from './leniency.ts';
import type { RuleSet } from './rule-set.ts';

/** A change that may let something through, because nothing rules it out. */
export type Suspect = {
  /** Names the change: `rule payment.limit`, `default`, `tool wipe of cap_admin`. */
  change: string;
  why: string;
} & Reach;

/**
 * How far a change may go. Of one that may tighten decisions it is the same the other way round: to the strongest, from the
 * weakest.
 */
export type Reach = {
  /** The strongest decision that it may make weaker. */
  strongest: Action;
  /** The weakest that it may make of one. */
  weakest: Action;
  /** Whether it hangs on what is tried by examples alone: expressions, the past, values that rules change. */
  isOpaque: boolean;
};

/** Nothing is known of how far. */
export const ANY_REACH: Reach = { strongest: 'block', weakest: 'allow', isOpaque: true };

type Pair = { before: RuleSet; after: RuleSet };

/**
 * The rules whose change may loosen a decision. A rule that is not among them is proven harmless: first all that is new comes
 * in, then all that is gone goes, and no one of these steps makes a decision weaker, whatever the step that is decided.
 */
export function ruleSuspects(pair: Pair): Suspect[] {
  const [old, now] = [byHash(pair.before.shapes), byHash(pair.after.shapes)];
  const added = pair.after.shapes.filter(({ rule }) => !old.has(ruleHash(rule)));
  const removed = pair.before.shapes.filter(({ rule }) => !now.has(ruleHash(rule)));
  const isHarmlessToAdd = pair.after.isOrdered ? mayJoinInOrder : mayJoin;
  const isHarmlessToRemove = pair.after.isOrdered ? mayLeaveInOrder : mayLeave;
  const suspects = new Map<string, Suspect>();
  const addedIds = new Set(added.map(({ rule }) => rule.id));
  const inBoth = new Set(removed.map(({ rule }) => rule.id).filter((id) => addedIds.has(id)));
  for (const shape of added.filter((one) => !isHarmlessToAdd(one, pair)))
    put(suspects, shape.rule, {
      what: inBoth.has(shape.rule.id) ? 'matches or does something else now' : 'is new',
      reach: reachOfNew(shape.rule, pair),
    });
  for (const shape of removed.filter((one) => !isHarmlessToRemove(one, pair)))
    put(suspects, shape.rule, {
      what: inBoth.has(shape.rule.id) ? 'matches less, or asks for less' : 'is gone',
      reach: reachOfGone(shape, pair),
    });
  return [...suspects.values()];
}

/** Of a rule that matches less and does something else as well, both count. */
function put(
  suspects: Map<string, Suspect>,
  { id, action }: RuleContent,
  { what, reach }: { what: string; reach: Reach },
): void {
  const change = `rule ${id}`;
  const known = suspects.get(change);
  const why = known?.why ?? `${change} (${action}) ${what}`;
  suspects.set(change, { change, why, ...(known === undefined ? reach : joined(known, reach)) });
}

function byHash(shapes: readonly RuleShape[]): ReadonlySet<string> {
  return new Set(shapes.map(({ rule }) => ruleHash(rule)));
}

function joined(one: Reach, other: Reach): Reach {
  return {
    strongest: STRENGTH[one.strongest] > STRENGTH[other.strongest] ? one.strongest : other.strongest,
    weakest: STRENGTH[one.weakest] < STRENGTH[other.weakest] ? one.weakest : other.weakest,
    isOpaque: one.isOpaque || other.isOpaque,
  };
}

/** Where a rule matches that nothing sets aside, the decision is never weaker than its own. */
function reachOfNew(rule: RuleContent, { before, after }: Pair): Reach {
  const isAside = after.isSetAside(rule) || after.isOrdered;
  return {
    strongest: 'block',
    weakest: isAside ? 'allow' : rule.action,
    isOpaque: isOpaque(rule, { before, after }),
  };
}

/**
 * A rule that is gone was a part of decisions as strong as its own, or of a block because what it asked for could not be had
 * beside what others ask for.
 */
function reachOfGone(shape: RuleShape, { before, after }: Pair): Reach {
  const { rule } = shape;
  const { action, approval } = rule;
  const isChanging = before.shapes.some((other) => changesIn(other.rule).length > 0);
  const isConflicting = isChanging || (approval?.approvers.length ?? 0) > 0;
  const isAsking = (other: RuleContent) =>
    other.action !== 'allow' && stands(other, rule) && !after.isSetAside(other);
  const isAsked = !after.isOrdered && after.hasAbove(shape, isAsking);
  return {
    strongest: isConflicting || before.isOrdered ? 'block' : action,
    weakest: isAsked ? 'require_approval' : 'allow',
    isOpaque: isOpaque(rule, { before, after }),
  };
}

function isOpaque(rule: RuleContent, { before, after }: Pair): boolean {
  const { when, history = [] } = rule;
  return (
    when !== undefined ||
    history.length > 0 ||
    changesIn(rule).length > 0 ||
    before.isOrdered ||
    after.isOrdered
  );
}

/** Whether a rule that is new leaves every decision as strong as it was, beside all that was there. */
function mayJoin(shape: RuleShape, { before, after }: Pair): boolean {
  const { rule } = shape;
  const { byDefault } = after;
  if (!after.isReached(rule)) return true;
  if (mayUndo(shape, { before, after })) return false;
  const isAside = before.isSetAside(rule) || after.isSetAside(rule);
  const isLifting = liftsDefault(rule, { before, after });
  if (rule.action === 'block' && !(isAside && isLifting)) return true;
  if (rule.action === 'allow' && byDefault.action === 'allow' && rule.overrides.length === 0) return true;
  if (rule.action === 'require_approval' && !isAside && asksNoLessThanDefault(rule, after)) return true;
  const isStanding = (other: RuleContent) =>
    !before.isSetAside(other) && !after.isSetAside(other) && stands(other, rule);
  return (
    before.hasAbove(shape, (other) => isStanding(other) && outweighs(other, rule)) ||
    after.hasAbove(
      shape,
      (other) => isStanding(other) && isStronger(other, rule) && rule.overrides.length === 0,
    )
  );
}

/**
 * Whether what a rule changes in arguments may take back what another does: a limit, say, is void where all is redacted. Not
 * where the very same is changed already wherever it matches.
 */
function mayUndo(shape: RuleShape, { before, after }: Pair): boolean {
  const { rule } = shape;
  const own = changesIn(rule);
  if (own.length === 0) return false;
  const isThere = (other: RuleContent) =>
    stands(other, rule) && !before.isSetAside(other) && own.every((one) => changesIn(other).includes(one));
  if (before.hasAbove(shape, isThere)) return false;
  const isOther = (other: RuleContent) => changesIn(other).some((one) => !own.includes(one));
  return before.hasBeside(shape, isOther) || after.hasBeside(shape, isOther);
}

const CHANGES = new Set(['set_argument', 'cap_argument', 'redact_argument']);

function changesIn(rule: RuleContent): string[] {
  return obligationsIn(rule)
    .filter(({ type }) => CHANGES.has(type))
    .map(canonicalJson);
}

/** A rule for everyone keeps the default from standing against rules of layers, even where it is set aside itself. */
function liftsDefault({ layer }: RuleContent, { before, after }: Pair): boolean {
  const { action, overridable } = after.byDefault;
  return layer === undefined && (before.hasLayers || after.hasLayers) && !overridable && action !== 'allow';
}

/** Where the default let more through, or asked for approval in its own terms. */
function asksNoLessThanDefault(rule: RuleContent, { byDefault }: RuleSet): boolean {
  if (byDefault.action === 'allow') return true;
  return byDefault.action === 'require_approval' && !isEasier(DEFAULT_APPROVAL, approvalOf(rule));
}

/** What a default that asks for approval asks for. */
const DEFAULT_APPROVAL = { ttl_ms: 3_600_000, required: 1, approvers: [] };

function approvalOf({ approval }: RuleContent) {
  return approval === undefined ? undefined : { ...approval, ttl_ms: parseDuration(approval.ttl) ?? 0 };
}

/** A rule for everyone stands wherever it matches; one of a layer at least where another of the same layer does. */
function stands({ layer: above }: RuleContent, { layer }: RuleContent): boolean {
  return above === undefined || (layer !== undefined && JSON.stringify(above) === JSON.stringify(layer));
}

function isStronger(one: RuleContent, other: RuleContent): boolean {
  return STRENGTH[one.action] > STRENGTH[other.action];
}

/** Whether a rule was as strong already, and sets aside whatever the other does. */
function outweighs(one: RuleContent, other: RuleContent): boolean {
  return (
    STRENGTH[one.action] >= STRENGTH[other.action] &&
    other.overrides.every((id) => one.overrides.includes(id))
  );
}

/** Whether a rule that is gone leaves every decision as strong as it was. */
function mayLeave(shape: RuleShape, { before, after }: Pair): boolean {
  const { rule } = shape;
  if (!after.isReached(rule)) return true;
  if (rule.action === 'allow' && rule.obligations.length === 0) return true;
  return (
    after.hasAbove(shape, (other) => replaces(other, rule, { before, after })) ||
    isAlone(shape, { before, after })
  );
}

/** Whether a rule asks for as much wherever both match, and is set aside only where the other was. */
function replaces(other: RuleContent, rule: RuleContent, { before, after }: Pair): boolean {
  const isAsideAlike = other.id === rule.id && before.isSetAside(rule);
  if ((after.isSetAside(other) && !isAsideAlike) || !stands(other, rule)) return false;
  if (STRENGTH[other.action] < STRENGTH[rule.action]) return false;
  if (!coversObligations(obligationsIn(other), obligationsThatCount(rule, other))) return false;
  return isStronger(other, rule) || !isEasier(approvalOf(rule), approvalOf(other));
}

function obligationsIn({ obligations }: RuleContent) {
  return obligations.flatMap(obligationsOf);
}

/** Where nothing runs, all that is left of obligations is who is told. */
function obligationsThatCount(rule: RuleContent, other: RuleContent) {
  return obligationsIn(rule).filter(({ type }) => other.action !== 'block' || type === 'notify');
}

/** Whether nothing is left where the rule matched but what blocks or asks for as much, and the default, which is as strong. */
function isAlone(shape: RuleShape, { before, after }: Pair): boolean {
  const { rule } = shape;
  const isDefaultStrong =
    after.byDefault.action === 'block' ||
    (rule.action !== 'block' && !after.byDefault.overridable && isDefaultAsStrong(rule, after));
  const isTelling = obligationsIn(rule).some(({ type }) => type === 'notify');
  const isWeaker = (other: RuleContent) =>
    other.action !== 'block' && !replaces(other, rule, { before, after });
  return isDefaultStrong && !isTelling && !after.hasBeside(shape, isWeaker);
}

function isDefaultAsStrong(rule: RuleContent, { byDefault }: RuleSet): boolean {
  return (
    byDefault.action === 'require_approval' &&
    rule.obligations.length === 0 &&
    !isEasier(approvalOf(rule), DEFAULT_APPROVAL)
  );
}

/** Under `first_match` a block that comes in can only take the place of what is no stronger. */
function mayJoinInOrder({ rule }: RuleShape, { before, after }: Pair): boolean {
  return (
    !after.isReached(rule) || (rule.action === 'block' && !before.shapes.some(({ rule }) => tells(rule)))
  );
}

function mayLeaveInOrder({ rule }: RuleShape, { after }: Pair): boolean {
  return !after.isReached(rule) || (rule.action === 'allow' && rule.obligations.length === 0);
}

function tells(rule: RuleContent): boolean {
  return obligationsIn(rule).some(({ type }) => type === 'notify');
}
