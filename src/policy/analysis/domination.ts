import { canonicalJson } from '../../json/canonical.ts';
import type { BundleContent } from '../content.ts';
import { parseDuration } from '../duration.ts';
import type { RuleContent } from '../rule-schema.ts';
import { implies } from './implication.ts';
import type { LintCode, LintIssue, RuleFinding } from './lint-issue.ts';
import { type Compared, LintMemo, type Verdict } from './lint-memo.ts';
import type { RuleShape } from './rule-shape.ts';
import { rivalKey, ShapeIndex } from './shape-index.ts';

const STRENGTH = { block: 2, require_approval: 1, allow: 0 };

/** Rules that another one makes pointless, and whether every pair was compared. */
export type Domination = { found: Map<RuleContent, RuleFinding>; isComplete: boolean };

type Comparing = { shapeOf: (rule: RuleContent) => RuleShape; maxPairs: number; memo: LintMemo };

/**
 * Rules that another rule makes pointless: wherever the one matches, the other does, and what comes out is the same without
 * it. Rules are found by tool, so that of many rules few are compared.
 */
export function dominated(content: BundleContent, { shapeOf, maxPairs, memo }: Comparing): Domination {
  const isOrdered = content.combining === 'first_match';
  // In an order, what comes of a comparison depends on more than the rules that stand beside.
  const { lists, compared } = isOrdered ? new LintMemo() : memo;
  const index = new ShapeIndex(content.rules, shapeOf, lists);
  const compare = isOrdered ? earlier(content.rules) : stronger;
  const search = new Search(index, { shapeOf, compare, maxPairs, compared });
  const found = new Map<RuleContent, RuleFinding>();
  for (const rule of content.rules.filter(({ mode }) => mode !== 'shadow')) {
    const verdict = search.of(rule) ?? (isOrdered ? undefined : overriddenAlways(rule, { index, shapeOf }));
    if (search.isOver) break;
    if (verdict !== undefined) found.set(rule, toFinding(rule, verdict));
  }
  if (!isOrdered) Object.assign(memo, { lists: index.lists, compared: search.compared });
  return { found, isComplete: !search.isOver };
}

type Searching = {
  shapeOf: (rule: RuleContent) => RuleShape;
  compare: Compare;
  maxPairs: number;
  compared: LintMemo['compared'];
};

class Search {
  /** What comes of this search, for the next one. */
  readonly compared = new Map<string, Compared>();
  readonly #index: ShapeIndex;
  readonly #given: Searching;
  #left: number;

  constructor(index: ShapeIndex, given: Searching) {
    this.#index = index;
    this.#given = given;
    this.#left = given.maxPairs;
  }

  /** True once more pairs were looked at than is allowed. */
  get isOver(): boolean {
    return this.#left < 0;
  }

  /** The verdict on a rule that says most, of all that other rules give. */
  of(rule: RuleContent): Verdict | undefined {
    const { results } = this.#comparedFor(rule);
    const before = results.get(rule);
    if (before === undefined) return this.#compareWithAll(rule, results);
    this.#left -= before.pairs;
    return this.isOver ? undefined : before.verdict;
  }

  /** What is known where the rules that stand beside are the same as before. */
  #comparedFor(rule: RuleContent): Compared {
    const key = rivalKey(rule);
    const known = this.compared.get(key);
    if (known !== undefined) return known;
    const rivals = this.#index.rivals(rule);
    const before = this.#given.compared.get(key);
    const isSame =
      before?.rivals.length === rivals.length && rivals.every((list, at) => list === before.rivals[at]);
    const compared = isSame ? before : { rivals, results: new Map() };
    this.compared.set(key, compared);
    return compared;
  }

  #compareWithAll(rule: RuleContent, results: Compared['results']): Verdict | undefined {
    const shape = this.#given.shapeOf(rule);
    const leftBefore = this.#left;
    let verdict: Verdict | undefined;
    for (const other of this.#index.wider(shape)) {
      this.#left -= 1;
      if (this.isOver) return undefined;
      const code = this.#given.compare(shape, other);
      if (code !== undefined && rankOf(code) > rankOf(verdict?.code) && holds(shape, code, other))
        verdict = { code, other: other.rule };
    }
    results.set(rule, { verdict, pairs: leftBefore - this.#left });
    return verdict;
  }
}

function holds(shape: RuleShape, code: LintCode, other: RuleShape): boolean {
  return implies(shape, other) && !isTheOneToKeep(shape, code, other);
}

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
  if (!tellsNoMore(rule, other)) return undefined;
  if (!isBlocked && (rule.overrides.length > 0 || rule.obligations.length > 0)) return undefined;
  return rule.action === 'allow' && isBlocked ? 'contradictory' : 'shadowed';
}

/** Equal action: whether nothing would be missed, neither what it asks for nor what it says. */
function addsNothing(rule: RuleContent, other: RuleContent): boolean {
  const saysMore = [rule.reason, rule.message].some(
    (words, index) => words !== undefined && words !== [other.reason, other.message][index],
  );
  if (saysMore) return false;
  if (!tellsNoMore(rule, other)) return false;
  if (rule.action === 'block') return true;
  const covered = new Set(other.obligations.map(canonicalJson));
  return (
    rule.obligations.every((asked) => 'notify' in asked || covered.has(canonicalJson(asked))) &&
    rule.overrides.every((target) => other.overrides.includes(target)) &&
    asksNoMore(rule.approval, other.approval)
  );
}

/** Whoever is to be told is told whatever is decided, so that also counts beside a stronger rule. */
function tellsNoMore(rule: RuleContent, other: RuleContent): boolean {
  const told = new Set(channelsOf(other));
  return channelsOf(rule).every((channel) => told.has(channel));
}

function channelsOf({ obligations }: RuleContent): string[] {
  return obligations.flatMap((asked) => ('notify' in asked ? asked.notify : []));
}

function asksNoMore(asked: RuleContent['approval'], other: RuleContent['approval']): boolean {
  if (asked === undefined || other === undefined) return asked === undefined;
  const isLonger = (parseDuration(asked.ttl) ?? 0) >= (parseDuration(other.ttl) ?? 0);
  const isAnyone =
    asked.approvers.length === 0 || canonicalJson(asked.approvers) === canonicalJson(other.approvers);
  return isLonger && isAnyone && asked.required <= other.required;
}

/** Under `first_match` an earlier rule that matches wherever this one does leaves nothing for it. */
function earlier(rules: readonly RuleContent[]): Compare {
  const positions = new Map(rules.map(({ id }, position) => [id, position]));
  const positionOf = ({ rule }: RuleShape) => positions.get(rule.id) ?? 0;
  return (shape, other) => (positionOf(other) < positionOf(shape) ? 'unreachable' : undefined);
}

/** An allow that overrides the rule and matches wherever the rule does. */
function overriddenAlways(
  rule: RuleContent,
  { index, shapeOf }: { index: ShapeIndex; shapeOf: (rule: RuleContent) => RuleShape },
): Verdict | undefined {
  if (!rule.overridable) return undefined;
  const by = index.overriding(rule.id).find((other) => implies(shapeOf(rule), shapeOf(other)));
  return by === undefined ? undefined : { code: 'always_overridden', other: by };
}

function toFinding(rule: RuleContent, { code, other }: Verdict): RuleFinding {
  const what: Partial<Record<LintCode, string>> = {
    contradictory: `rule ${rule.id} allows only what rule ${other.id} blocks, so it never allows anything: remove it, narrow ${other.id}, or mark ${other.id} \`overridable\` and override it`,
    shadowed: `rule ${rule.id} never decides: ${other.id} (${other.action}) matches wherever it does and is stronger; remove it or narrow ${other.id}`,
    unreachable: `rule ${rule.id} is never reached: ${other.id} stands before it and matches wherever it does; move it up or remove it`,
    redundant: `rule ${rule.id} adds nothing: ${other.id} (${other.action}) matches wherever it does; remove it, or narrow ${other.id}`,
    always_overridden: `rule ${rule.id} never decides: ${other.id} overrides it wherever it matches; remove both, or narrow ${other.id}`,
  };
  return { pointer: '', code, rule_ids: [rule.id, other.id], message: what[code] ?? code };
}

/** Said where not every pair of so many rules was compared. */
export function notCompared(rules: number): LintIssue {
  const message = `too many of the ${rules} rules are about the same tools: not every pair was compared, so some that are redundant or shadowed may not be named; \`aisecops policy lint --all\` compares them`;
  return { code: 'not_compared', pointer: '', message };
}
