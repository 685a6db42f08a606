import { canonicalJson } from '../../json/canonical.ts';
import { type BundleContent, type RuleOrigins, ruleWhere } from '../content.ts';
import { parseDuration } from '../duration.ts';
import type { RuleContent } from '../rule-schema.ts';
import { implies } from './implication.ts';
import type { LintCode, LintIssue } from './lint-issue.ts';
import type { RuleShape } from './rule-shape.ts';
import { ShapeIndex } from './shape-index.ts';

const STRENGTH = { block: 2, require_approval: 1, allow: 0 };

/**
 * Rules that another rule makes pointless: wherever the one matches, the other does, and what comes out is the same without
 * it. Rules are found by tool, so that of many rules few are compared.
 */
export function dominated(
  content: BundleContent,
  shapes: readonly RuleShape[],
  { origins, maxPairs }: { origins: RuleOrigins; maxPairs: number },
): LintIssue[] {
  const index = new ShapeIndex(shapes);
  const isOrdered = content.combining === 'first_match';
  const search = new Search(index, isOrdered ? earlier(shapes) : stronger, maxPairs);
  const byId = new Map(shapes.map((shape) => [shape.rule.id, shape]));
  const issues: LintIssue[] = [];
  for (const shape of shapes) {
    if (shape.rule.mode === 'shadow') continue;
    const found = search.of(shape) ?? (isOrdered ? undefined : overriddenAlways(shape, index, byId));
    if (search.isOver) return [...issues, notCompared(shapes.length)];
    if (found !== undefined) issues.push(toIssue(shape.rule, found, origins));
  }
  return issues;
}

class Search {
  readonly #index: ShapeIndex;
  readonly #compare: Compare;
  #left: number;

  constructor(index: ShapeIndex, compare: Compare, maxPairs: number) {
    this.#index = index;
    this.#compare = compare;
    this.#left = maxPairs;
  }

  /** True once more pairs were looked at than is allowed. */
  get isOver(): boolean {
    return this.#left < 0;
  }

  /** The verdict on a rule that says most, of all that other rules give. */
  of(shape: RuleShape): Verdict | undefined {
    let found: Verdict | undefined;
    for (const other of this.#index.wider(shape)) {
      this.#left -= 1;
      if (this.isOver) return undefined;
      const code = this.#compare(shape, other);
      if (code !== undefined && rankOf(code) > rankOf(found?.code) && holds(shape, code, other))
        found = { code, other: other.rule };
    }
    return found;
  }
}

function holds(shape: RuleShape, code: LintCode, other: RuleShape): boolean {
  return implies(shape, other) && !isTheOneToKeep(shape, code, other);
}

type Verdict = { code: LintCode; other: RuleContent };
type Compare = (shape: RuleShape, other: RuleShape) => LintCode | undefined;

/** Of several verdicts on one rule the one that says most. */
const RANKED: readonly LintCode[] = ['redundant', 'shadowed', 'contradictory', 'unreachable'];

function rankOf(code: LintCode | undefined): number {
  return code === undefined ? -1 : RANKED.indexOf(code);
}

/** What it would mean under `strongest` if `other` matched wherever the rule does. */
const stronger: Compare = ({ rule }, { rule: other }) => {
  // Whoever may be overridden does not always stand.
  if (other.overridable || other.id === rule.id) return undefined;
  const [own, theirs] = [STRENGTH[rule.action], STRENGTH[other.action]];
  if (theirs > own) return outdone(rule, other);
  return theirs < own || !addsNothing(rule, other) ? undefined : 'redundant';
};

/** Of two that say the same, the later by id is the one too many. */
function isTheOneToKeep(shape: RuleShape, code: LintCode, other: RuleShape): boolean {
  if (code !== 'redundant' || other.rule.id < shape.rule.id || shape.rule.overridable) return false;
  return addsNothing(other.rule, shape.rule) && implies(other, shape);
}

function outdone(rule: RuleContent, other: RuleContent): LintCode | undefined {
  const isBlocked = other.action === 'block';
  if (!isBlocked && (rule.overrides.length > 0 || rule.obligations.length > 0)) return undefined;
  return rule.action === 'allow' && isBlocked ? 'contradictory' : 'shadowed';
}

/** Equal action: whether nothing would be missed, neither what it asks for nor what it says. */
function addsNothing(rule: RuleContent, other: RuleContent): boolean {
  const saysMore = [rule.reason, rule.message].some(
    (words, index) => words !== undefined && words !== [other.reason, other.message][index],
  );
  if (saysMore) return false;
  if (rule.action === 'block') return true;
  const covered = new Set(other.obligations.map(canonicalJson));
  return (
    rule.obligations.every((obligation) => covered.has(canonicalJson(obligation))) &&
    rule.overrides.every((target) => other.overrides.includes(target)) &&
    asksNoMore(rule.approval, other.approval)
  );
}

function asksNoMore(asked: RuleContent['approval'], other: RuleContent['approval']): boolean {
  if (asked === undefined || other === undefined) return asked === undefined;
  const isLonger = (parseDuration(asked.ttl) ?? 0) >= (parseDuration(other.ttl) ?? 0);
  const isAnyone =
    asked.approvers.length === 0 || canonicalJson(asked.approvers) === canonicalJson(other.approvers);
  return isLonger && isAnyone && asked.required <= other.required;
}

/** Under `first_match` an earlier rule that matches wherever this one does leaves nothing for it. */
function earlier(shapes: readonly RuleShape[]): Compare {
  const positions = new Map(shapes.map(({ rule }, position) => [rule.id, position]));
  const positionOf = ({ rule }: RuleShape) => positions.get(rule.id) ?? 0;
  return (shape, other) => (positionOf(other) < positionOf(shape) ? 'unreachable' : undefined);
}

/** An allow that overrides the rule and matches wherever the rule does. */
function overriddenAlways(
  shape: RuleShape,
  index: ShapeIndex,
  byId: ReadonlyMap<string, RuleShape>,
): Verdict | undefined {
  if (!shape.rule.overridable) return undefined;
  for (const id of index.overriding(shape.rule.id)) {
    const by = byId.get(id);
    if (by !== undefined && by.rule.mode === 'enforce' && implies(shape, by))
      return { code: 'always_overridden', other: by.rule };
  }
  return undefined;
}

function toIssue(rule: RuleContent, { code, other }: Verdict, origins: RuleOrigins): LintIssue {
  const what: Partial<Record<LintCode, string>> = {
    contradictory: `rule ${rule.id} allows only what rule ${other.id} blocks, so it never allows anything: remove it, narrow ${other.id}, or mark ${other.id} \`overridable\` and override it`,
    shadowed: `rule ${rule.id} never decides: ${other.id} (${other.action}) matches wherever it does and is stronger; remove it or narrow ${other.id}`,
    unreachable: `rule ${rule.id} is never reached: ${other.id} stands before it and matches wherever it does; move it up or remove it`,
    redundant: `rule ${rule.id} adds nothing: ${other.id} (${other.action}) matches wherever it does; remove it, or narrow ${other.id}`,
    always_overridden: `rule ${rule.id} never decides: ${other.id} overrides it wherever it matches; remove both, or narrow ${other.id}`,
  };
  return {
    ...ruleWhere(origins, rule.id, ''),
    code,
    rule_ids: [rule.id, other.id],
    message: what[code] ?? code,
  };
}

function notCompared(rules: number): LintIssue {
  const message = `too many of the ${rules} rules are about the same tools: not every pair was compared, so some that are redundant or shadowed may not be named; \`aisecops policy lint --all\` compares them`;
  return { code: 'not_compared', pointer: '', message };
}
