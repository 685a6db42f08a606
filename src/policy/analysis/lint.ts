import type { FindingNames } from '../../guard/finding-names.ts';
import type { CapabilityContent } from '../capability-file.ts';
import { type BundleContent, defaultOf, type RuleOrigins, ruleWhere, toolWhere } from '../content.ts';
import type { RuleContent } from '../rule-schema.ts';
import { dominated, notCompared } from './domination.ts';
import type { GrantShapes } from './grant-shapes.ts';
import type { KnownAgent } from './known-names.ts';
import type { LintIssue, RuleFinding } from './lint-issue.ts';
import { LintMemo } from './lint-memo.ts';
import { nameSet } from './names.ts';
import { type RuleShape, shapeOf } from './rule-shape.ts';

/** How far lint looks. */
export type LintScope = {
  /** The agents that rules may name; without any, no name of an agent is doubted. */
  agents?: readonly KnownAgent[];
  /** The names that findings can have: those of the guard unless said otherwise. */
  findings?: FindingNames;
  /** How many pairs of rules are compared at most (100,000: about a tenth of a second). */
  maxPairs?: number;
};

/** What a bundle was read from. */
export type LintSource = LintScope & {
  origins: RuleOrigins;
  /** Its capabilities in the order of their file. */
  granted: Readonly<Record<string, CapabilityContent>>;
  /** What was found in the bundles before. */
  memo?: LintMemo;
};

const MAX_PAIRS = 100_000;

/** What lint says, by the file that the pointers lead into. */
export type LintReport = { inPolicies: LintIssue[]; inCapabilities: LintIssue[] };

/**
 * What is allowed in a bundle but probably not meant. Sound and incomplete: what is said of a rule holds for every step with
 * a granted tool whose arguments fit its schema; that nothing is said proves nothing. Conditions that are not understood are
 * compared by their text alone.
 */
export function lint(content: BundleContent, source: LintSource): LintReport {
  const { origins, granted, agents = [], maxPairs = MAX_PAIRS, memo = new LintMemo() } = source;
  const shapeOnce = shapesOnDemand();
  const findings = memo.findingsFor({ ...content, agents });
  const single = content.rules.flatMap((rule) => findings.of(rule, shapeOnce));
  const { found, isComplete } = dominated(content, { shapeOf: shapeOnce, maxPairs, memo });
  const place = placing(origins);
  const inPolicies = [
    ...[...single, ...found.values()].map(place),
    ...(isComplete ? [] : [notCompared(content.rules.length)]),
    ...emptiness(content, findings.grants),
  ];
  return { inPolicies, inCapabilities: defaultOnly(content, granted) };
}

/** Reads a rule when it is asked for, once. */
function shapesOnDemand(): (rule: RuleContent) => RuleShape {
  const known = new Map<RuleContent, RuleShape>();
  return (rule) => {
    const shape = known.get(rule) ?? shapeOf(rule);
    known.set(rule, shape);
    return shape;
  };
}

/** Unknown names beyond this get no suggestion: each is a walk through all that are known, and a page of them is read by nobody. */
const MAX_SUGGESTED = 50;

/** Says where a finding on a rule stands, and what was probably meant where a name is unknown. */
function placing(origins: RuleOrigins): (finding: RuleFinding) => LintIssue {
  const suggested = new Map<unknown, Set<string>>();
  const meantBy = ({ vocabulary, name }: NonNullable<RuleFinding['unknown']>) => {
    const names = suggested.get(vocabulary) ?? new Set();
    suggested.set(vocabulary, names);
    if (names.size < MAX_SUGGESTED) names.add(name);
    return names.has(name) ? vocabulary.suggestion(name) : undefined;
  };
  return ({ unknown, pointer, ...finding }) => {
    const meant = unknown === undefined ? undefined : meantBy(unknown);
    const place = ruleWhere(origins, finding.rule_ids[0] ?? '', pointer);
    return { ...finding, ...place, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) };
  };
}

function emptiness(content: BundleContent, grants: GrantShapes): LintIssue[] {
  const issues: LintIssue[] = [];
  if (grants.tools.length === 0) {
    const message = 'no capability grants any tool, so every plan will be blocked before the policy';
    issues.push({ code: 'no_tool', pointer: '', message });
  }
  if (content.rules.length === 0) {
    const message = `there is no rule: every step gets the default, ${defaultOf(content).action}`;
    issues.push({ code: 'no_rule', pointer: '', message });
  }
  return issues;
}

/** Tools that are granted, and that no rule speaks about. */
function defaultOnly(content: BundleContent, granted: LintSource['granted']): LintIssue[] {
  const enforced = content.rules.filter(({ mode }) => mode === 'enforce');
  if (content.rules.length === 0 || enforced.some(({ match }) => match.tool_name === undefined)) return [];
  const exact = new Set<string>();
  const tests: ((tool: string) => boolean)[] = [];
  for (const { match } of enforced) {
    const names = match.tool_name ?? [];
    if (Array.isArray(names)) for (const name of names) exact.add(name);
    else tests.push(nameSet(names).test);
  }
  tests.push(nameSet([...exact]).test);
  return Object.entries(granted).flatMap(([capability, { tools }]) =>
    tools.flatMap(({ name }, index): LintIssue[] => {
      if (tests.some((test) => test(name))) return [];
      const message = `no rule is about the tool ${name}, so the default decides every step with it: ${defaultOf(content).action}`;
      return [{ code: 'default_only_tool', pointer: toolWhere(capability, index), message }];
    }),
  );
}
