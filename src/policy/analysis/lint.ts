import type { CapabilityContent } from '../capability-file.ts';
import { type BundleContent, defaultOf, type RuleOrigins, toolWhere } from '../content.ts';
import { dominated } from './domination.ts';
import { GrantShapes } from './grant-shapes.ts';
import { historyFaults } from './history-faults.ts';
import { type KnownAgent, unknownNames, vocabularies } from './known-names.ts';
import { allowsForNothing } from './layer-allows.ts';
import type { LintIssue } from './lint-issue.ts';
import { nameSet } from './names.ts';
import { publicSuffixes } from './public-suffixes.ts';
import { ruleFaults } from './rule-faults.ts';
import { shapeOf } from './rule-shape.ts';

/** How far lint looks. */
export type LintScope = {
  /** The agents that rules may name; without any, no name of an agent is doubted. */
  agents?: readonly KnownAgent[];
  /** How many pairs of rules are compared at most (100,000: about a tenth of a second). */
  maxPairs?: number;
};

/** What a bundle was read from. */
export type LintSource = LintScope & {
  origins: RuleOrigins;
  /** Its capabilities in the order of their file. */
  granted: Readonly<Record<string, CapabilityContent>>;
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
  const { origins, granted, agents = [], maxPairs = MAX_PAIRS } = source;
  const grants = new GrantShapes(content.capabilities);
  const known = vocabularies(grants.tools, Object.keys(content.capabilities), agents);
  const shapes = content.rules.map(shapeOf);
  const inPolicies = [
    ...shapes.flatMap((shape) => [
      ...unknownNames(shape.rule, known, origins),
      ...publicSuffixes(shape.rule, origins),
      ...allowsForNothing(shape.rule, content, origins),
      ...ruleFaults(shape, grants, origins),
      ...historyFaults(shape, grants, origins),
    ]),
    ...dominated(content, shapes, { origins, maxPairs }),
    ...emptiness(content, grants),
  ];
  return { inPolicies, inCapabilities: defaultOnly(content, granted) };
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
