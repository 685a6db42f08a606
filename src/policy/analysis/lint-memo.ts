import { canonicalJson } from '../../json/canonical.ts';
import type { BundleContent } from '../content.ts';
import type { RuleContent } from '../rule-schema.ts';
import { agentFit } from './agent-fit.ts';
import { GrantShapes } from './grant-shapes.ts';
import { historyFaults } from './history-faults.ts';
import { type KnownAgent, unknownNames, type Vocabulary, vocabularies } from './known-names.ts';
import { allowsForNothing } from './layer-allows.ts';
import type { LintCode, RuleFinding } from './lint-issue.ts';
import { publicSuffixes } from './public-suffixes.ts';
import { ruleFaults } from './rule-faults.ts';
import type { RuleShape } from './rule-shape.ts';
import { unknownInWhen } from './when-names.ts';

type Surroundings = Pick<BundleContent, 'capabilities' | 'default'> & { agents: readonly KnownAgent[] };

/** What there is to say of single rules under the same capabilities, agents and default: of each rule once. */
export class RuleFindings {
  readonly grants: GrantShapes;
  readonly #known: readonly Vocabulary[];
  readonly #unfitAgents: (rule: RuleContent) => RuleFinding[];
  readonly #content: Pick<BundleContent, 'default'>;
  readonly #found = new WeakMap<RuleContent, readonly RuleFinding[]>();

  constructor(content: Pick<BundleContent, 'capabilities' | 'default'>, agents: readonly KnownAgent[]) {
    this.grants = new GrantShapes(content.capabilities);
    this.#known = vocabularies(this.grants.tools, Object.keys(content.capabilities), agents);
    this.#unfitAgents = agentFit(agents);
    this.#content = { default: content.default };
  }

  of(rule: RuleContent, shapeOf: (rule: RuleContent) => RuleShape): readonly RuleFinding[] {
    const before = this.#found.get(rule);
    if (before !== undefined) return before;
    const found = [
      ...unknownNames(rule, this.#known),
      ...unknownInWhen(rule, this.#known),
      ...this.#unfitAgents(rule),
      ...publicSuffixes(rule),
      ...allowsForNothing(rule, this.#content),
      ...ruleFaults(shapeOf(rule), this.grants),
      ...historyFaults(shapeOf(rule), this.grants),
    ];
    this.#found.set(rule, found.length === 0 ? NOTHING : found);
    return found;
  }
}

/** Most rules are as they should be. */
const NOTHING: readonly RuleFinding[] = [];

/** What another rule makes of a rule. */
export type Verdict = { code: LintCode; other: RuleContent };

/** What comparing rules came to, by their layer and the first of their tools. */
export type Compared = {
  /** The rules that were compared with, in the lists in which they stand. */
  rivals: readonly (readonly RuleContent[])[];
  /** Of each rule: what was found, and how many pairs were looked at. */
  results: Map<RuleContent, { verdict: Verdict | undefined; pairs: number }>;
};

/**
 * What was found before, for whoever lints one bundle after another: only what changed, and rules that stand beside what
 * changed, are looked at again. Changes no result.
 */
export class LintMemo {
  #single: { surroundings: string; findings: RuleFindings } | undefined;
  /** Lists of rules by where they stand, and what came of comparing them: both of the last bundle. */
  lists: ReadonlyMap<string, readonly RuleContent[]> = new Map();
  compared: ReadonlyMap<string, Compared> = new Map();

  findingsFor({ agents, ...content }: Surroundings): RuleFindings {
    const { capabilities, default: byDefault } = content;
    const names = agents.map(({ agent_id, agent_name, agent_type, tenant_id, groups }) => [
      ...[agent_id, agent_name, agent_type, tenant_id],
      ...(groups ?? []),
    ]);
    const surroundings = canonicalJson([capabilities, byDefault, names]);
    if (this.#single?.surroundings !== surroundings)
      this.#single = { surroundings, findings: new RuleFindings(content, agents) };
    return this.#single.findings;
  }
}
