import type { Finding } from '../guard/finding.ts';
import type { StepView } from './bundle.ts';
import type { Condition, ShareCondition } from './condition.ts';
import { compileGlob, isGlob } from './glob.ts';
import type { Names } from './names-schema.ts';
import { type Match, NAME_ATTRIBUTES, type NameAttribute } from './rule-schema.ts';
import { type Quantifier, quantify } from './truth.ts';

/** A test for names: any of exact names and globs, or none of them for `not_in`. */
export function compileNames(names: Names): (name: string) => boolean {
  const listed = Array.isArray(names) ? names : names.not_in;
  const globs = listed.filter(isGlob).map(compileGlob);
  const isListed = anyOf(exactly(listed.filter((name) => !isGlob(name))), globs);
  return Array.isArray(names) ? isListed : (name) => !isListed(name);
}

/** One name, as most rules have it, is compared; only several are looked up. */
function exactly(names: readonly string[]): (name: string) => boolean {
  const [only] = names;
  if (names.length === 1) return (name) => name === only;
  const listed = new Set(names);
  return (name) => listed.has(name);
}

function anyOf(
  isExact: (name: string) => boolean,
  globs: readonly ((name: string) => boolean)[],
): (name: string) => boolean {
  const [only, ...others] = globs;
  if (only === undefined) return isExact;
  if (others.length === 0) return (name) => isExact(name) || only(name);
  return (name) => isExact(name) || globs.some((covers) => covers(name));
}

/**
 * The conditions of a rule's `match`, cheapest first. Names the step does not have, and a missing sensitivity,
 * are doubt. `quantifier` says how several sources or findings count together.
 */
export function matchConditions(match: Match, quantifier: Quantifier, share: ShareCondition): Condition[] {
  const conditions: Condition[] = [];
  for (const attribute of NAME_ATTRIBUTES) {
    const names = match[attribute];
    if (names !== undefined) {
      conditions.push(share([attribute, names], () => nameCondition(attribute, names)));
    }
  }
  const { sensitivity_level: levels, provenance, findings } = match;
  const { instructions, lowest_trust: trust, source_type: types } = provenance ?? {};
  if (levels !== undefined) conditions.push(share(['level', levels], () => sensitivityCondition(levels)));
  if (instructions !== undefined) {
    conditions.push(
      share(['instructions', instructions], () => trustCondition('instructions', instructions)),
    );
  }
  if (trust !== undefined)
    conditions.push(share(['trust', trust], () => trustCondition('lowest_trust', trust)));
  if (types !== undefined) {
    conditions.push(share(['types', types, quantifier], () => sourceCondition(types, quantifier)));
  }
  if (findings !== undefined) {
    conditions.push(share(['findings', findings, quantifier], () => findingsCondition(findings, quantifier)));
  }
  return conditions;
}

function nameCondition(attribute: NameAttribute, names: Names): Condition {
  const test = compileNames(names);
  const unknown = { doubt: `the step has no ${attribute}` };
  const words = Array.isArray(names) ? `in ${names.join(', ')}` : `not in ${names.not_in.join(', ')}`;
  return {
    label: `${attribute} ${shortened(words)}`,
    test: (step) => {
      const name = step[attribute];
      return name === undefined ? unknown : test(name);
    },
    seen: (step) => `it is ${step[attribute] ?? 'not given'}`,
  };
}

function sensitivityCondition(levels: NonNullable<Match['sensitivity_level']>): Condition {
  const unknown = { doubt: 'the step has no sensitivity_level, so it counts as the worst' };
  return {
    label: `sensitivity_level in ${levels.join(', ')}`,
    test: ({ sensitivity_level }) =>
      sensitivity_level === undefined ? unknown : levels.includes(sensitivity_level),
    seen: ({ sensitivity_level }) => `it is ${sensitivity_level ?? 'not given'}`,
  };
}

type Provenance = NonNullable<Match['provenance']>;

function trustCondition(
  of: 'instructions' | 'lowest_trust',
  levels: NonNullable<Provenance['lowest_trust']>,
): Condition {
  const read = (step: StepView) => (of === 'instructions' ? step.instruction_trust : step.lowest_trust);
  return {
    label: `provenance.${of} in ${levels.join(', ')}`,
    test: (step) => levels.includes(read(step)),
    seen: (step) => `it is ${read(step)}`,
  };
}

function sourceCondition(types: NonNullable<Provenance['source_type']>, quantifier: Quantifier): Condition {
  const unknown = { doubt: 'the step has no known source' };
  return {
    label: `provenance.source_type in ${types.join(', ')}`,
    test: ({ source_types }) =>
      source_types.length === 0
        ? unknown
        : quantify(source_types, quantifier, (type) => types.includes(type)),
    seen: ({ source_types }) => `the sources are ${source_types.join(', ') || 'not given'}`,
  };
}

/** Without findings the answer is a definite no: the guard looked and saw nothing. */
function findingsCondition(asked: NonNullable<Match['findings']>, quantifier: Quantifier): Condition {
  const category = asked.category === undefined ? undefined : compileNames(asked.category);
  const detector = asked.detector === undefined ? undefined : compileNames(asked.detector);
  const fits = (finding: Finding) =>
    (asked.severity === undefined || asked.severity.includes(finding.severity)) &&
    (category === undefined || category(finding.category)) &&
    (detector === undefined || detector(finding.detector));
  const words = Object.entries(asked).map(([key, values]) => `${key} in ${(values ?? []).join(', ')}`);
  return {
    label: `findings with ${shortened(words.join(' and '))}`,
    test: ({ findings }) => findings.length > 0 && quantify(findings, quantifier, fits),
    seen: describeFindings,
  };
}

function describeFindings({ findings }: StepView): string {
  if (findings.length === 0) return 'the guard saw nothing';
  return `the guard saw ${findings
    .slice(0, 5)
    .map(({ detector, severity }) => `${detector} (${severity})`)
    .join(', ')}`;
}

function shortened(words: string): string {
  return words.length <= 120 ? words : `${words.slice(0, 117)}...`;
}
