import { canonicalHash, canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { DecisionChanges } from './decision-changes.ts';

/** One rule that is not in both bundles as it is in one. */
export type RuleChange = { id: string; from?: string; to?: string };

/**
 * What one bundle has that another has not, by rule: id and hashes, at most `listed` of each kind; `counts` has them all. Of
 * what is no rule, the members that differ.
 */
export type RuleChanges = {
  counts: { added: number; removed: number; changed: number };
  added: RuleChange[];
  removed: RuleChange[];
  changed: RuleChange[];
  /** `default`, `capabilities`, `tests` and their like. */
  members: string[];
};

/** What the contents say differently, and what is decided differently; nothing of the latter where there was no bundle before. */
export type BundleChanges = RuleChanges & { decisions?: DecisionChanges };

/** One of two bundles that are compared: compiled, what it says, or by its version alone where others have that. */
export type Compared = Bundle | (Partial<Pick<Bundle, 'content'>> & Pick<Bundle, 'version'>);

/** A bundle with what it says. */
export type WithContent = Compared & Pick<Bundle, 'content'>;

/** Two bundles, as far as a tenant (`*`: all) sees them. */
export type Comparison = { from?: Compared; to: Compared; tenant_id: string };

/** Says how a bundle differs from another, with at most `listed` rules of each kind. Rejects only where what a bundle says cannot be read. */
export type DescribeChanges = (comparison: Comparison, listed: number) => Promise<BundleChanges>;

type Rule = JsonObject & { id: string };

/** The structural difference of two contents. Pure. */
export function ruleChanges(from: JsonObject, to: JsonObject, listed: number): RuleChanges {
  const steps = ruleChangesInSteps(from, to, listed);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Rules between two chances to do something else: a millisecond or two where all of them are others. */
const RULES_PER_STEP = 250;

/** The same; yields now and then, so that whoever runs it can do something else meanwhile. */
export function* ruleChangesInSteps(
  from: JsonObject,
  to: JsonObject,
  listed: number,
): Generator<void, RuleChanges> {
  const before = unsharedRules(from, to);
  yield;
  const after = unsharedRules(to, from);
  yield;
  const added = [...after.values()].filter(({ id }) => !before.has(id));
  const removed = [...before.values()].filter(({ id }) => !after.has(id));
  const changed: Rule[] = [];
  for (const [index, rule] of [...after.values()].entries()) {
    if (index % RULES_PER_STEP === 0) yield;
    const earlier = before.get(rule.id);
    if (earlier !== undefined && !isEqual(earlier, rule)) changed.push(rule);
  }
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return {
    counts: { added: added.length, removed: removed.length, changed: changed.length },
    added: added.slice(0, listed).map((rule) => ({ id: rule.id, to: canonicalHash(rule) })),
    removed: removed.slice(0, listed).map((rule) => ({ id: rule.id, from: canonicalHash(rule) })),
    changed: changed.slice(0, listed).map((rule) => ({
      ...{ id: rule.id, from: canonicalHash(before.get(rule.id)), to: canonicalHash(rule) },
    })),
    members: names.filter((name) => name !== 'rules' && !isEqual(from[name], to[name])),
  };
}

/** Bundles that were read one after the other share the rules that did not change: only the others are looked at. */
function unsharedRules(content: JsonObject, other: JsonObject): Map<string, Rule> {
  const shared = new Set(rulesIn(other));
  return new Map(rulesIn(content).flatMap((rule) => (shared.has(rule) ? [] : [[rule.id, rule] as const])));
}

function rulesIn({ rules = [] }: JsonObject): readonly Rule[] {
  return rules as Rule[];
}

function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return canonicalJson(one) === canonicalJson(other);
}
