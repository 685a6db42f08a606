import { canonicalJson } from '../../json/canonical.ts';
import { SENSITIVITY_LEVELS } from '../../plan/sensitivity.ts';
import { SOURCE_TYPES, TRUST_LEVELS } from '../../plan/trust-level.ts';
import type { Operators } from '../argument-schema.ts';
import type { Layer } from '../layer.ts';
import { type Match, NAME_ATTRIBUTES, type RuleContent } from '../rule-schema.ts';
import { type NameSet, nameSet } from './names.ts';
import { type Asked, askedOf, type Side } from './values.ts';

/** One condition of a rule, as far as analysis understands it. What it does not understand is an atom: only the same text is the same. */
export type Aspect =
  | { kind: 'names'; names: NameSet }
  /** `isDefinite`: every step has exactly one of the levels, so the answer is never in doubt. */
  | { kind: 'levels'; levels: readonly string[]; of: number; isDefinite: boolean }
  | { kind: 'findings'; asked: NonNullable<Match['findings']>; category?: NameSet; detector?: NameSet }
  /** The agents it is asked for, as their record says: never in doubt. */
  | { kind: 'layer'; layer: Layer }
  | { kind: 'argument'; pointer: string; exists: boolean | undefined; asked: Asked }
  | { kind: 'atom'; text: string };

/** A rule as a conjunction of aspects, by name: `match.tool_name`, `args./to`, `when`. */
export type RuleShape = {
  rule: RuleContent;
  /** How the rule takes doubt. */
  side: Side;
  aspects: ReadonlyMap<string, Aspect>;
};

/** Members of a rule that say what it does and not when. Every other member that is not read here is an atom. */
const NOT_CONDITIONS = new Set([
  'id',
  'action',
  'reason',
  'message',
  'approval',
  'obligations',
  'overrides',
  'overridable',
  'mode',
]);
const OPERATORS = new Set([
  'exists',
  'eq',
  'ne',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'matches',
  'starts_with',
  'ends_with',
  'contains',
  'mentions',
  'in_domains',
  'not_in_domains',
]);

/** Reads a rule for analysis. */
export function shapeOf(rule: RuleContent): RuleShape {
  const side: Side = rule.action === 'allow' ? 'must' : 'could';
  const aspects = new Map<string, Aspect>();
  for (const [name, value] of Object.entries(rule)) {
    if (value === undefined || NOT_CONDITIONS.has(name)) continue;
    if (name === 'match') readMatch(rule.match, aspects);
    else if (name === 'args') readArguments(rule.args, side, aspects);
    else if (name === 'taint') readTaint(rule.taint, aspects);
    else readOther(name, value, aspects);
  }
  return { rule, side, aspects };
}

function readOther(name: string, value: unknown, aspects: Map<string, Aspect>): void {
  if (name === 'layer') aspects.set(name, { kind: 'layer', layer: value as Layer });
  else addAtom(aspects, name, value);
}

function addAtom(aspects: Map<string, Aspect>, name: string, value: unknown): void {
  const text = canonicalJson(value);
  if (text !== '{}' && text !== '[]') aspects.set(name, { kind: 'atom', text });
}

function readMatch(match: Match, aspects: Map<string, Aspect>): void {
  const { sensitivity_level, provenance, findings, ...others } = match;
  if (sensitivity_level !== undefined)
    aspects.set('match.sensitivity_level', levelsAspect(sensitivity_level, SENSITIVITY_LEVELS.length, false));
  if (provenance !== undefined) readProvenance(provenance, aspects);
  if (findings !== undefined) aspects.set('match.findings', findingsAspect(findings));
  for (const [name, value] of Object.entries(others)) {
    if (value === undefined) continue;
    if ((NAME_ATTRIBUTES as readonly string[]).includes(name))
      aspects.set(`match.${name}`, { kind: 'names', names: nameSet(value) });
    else addAtom(aspects, `match.${name}`, value);
  }
}

function levelsAspect(levels: readonly string[], of: number, isDefinite: boolean): Aspect {
  return { kind: 'levels', levels, of, isDefinite };
}

function readProvenance(asked: NonNullable<Match['provenance']>, aspects: Map<string, Aspect>): void {
  const { instructions, lowest_trust, source_type, ...others } = asked;
  const name = 'match.provenance';
  if (instructions !== undefined)
    aspects.set(`${name}.instructions`, levelsAspect(instructions, TRUST_LEVELS.length, true));
  if (lowest_trust !== undefined)
    aspects.set(`${name}.lowest_trust`, levelsAspect(lowest_trust, TRUST_LEVELS.length, true));
  if (source_type !== undefined)
    aspects.set(`${name}.source_type`, levelsAspect(source_type, SOURCE_TYPES.length, false));
  for (const [other, value] of Object.entries(others)) addAtom(aspects, `${name}.${other}`, value);
}

function findingsAspect(asked: NonNullable<Match['findings']>): Aspect {
  const known = ['severity', 'category', 'detector'];
  if (Object.keys(asked).some((name) => !known.includes(name)))
    return { kind: 'atom', text: canonicalJson(asked) };
  return {
    kind: 'findings',
    asked,
    ...(asked.category && { category: nameSet(asked.category) }),
    ...(asked.detector && { detector: nameSet(asked.detector) }),
  };
}

function readArguments(args: RuleContent['args'], side: Side, aspects: Map<string, Aspect>): void {
  for (const [pointer, operators] of Object.entries(args)) {
    const isKnown = Object.keys(operators).every((name) => OPERATORS.has(name));
    aspects.set(`args.${pointer}`, isKnown ? argumentAspect(pointer, operators, side) : atom(operators));
  }
}

function argumentAspect(pointer: string, operators: Operators, side: Side): Aspect {
  return { kind: 'argument', pointer, exists: operators.exists, asked: askedOf(operators, side) };
}

function atom(value: unknown): Aspect {
  return { kind: 'atom', text: canonicalJson(value) };
}

function readTaint(taint: RuleContent['taint'], aspects: Map<string, Aspect>): void {
  for (const [pointer, levels] of Object.entries(taint))
    aspects.set(
      `taint.${pointer}`,
      Array.isArray(levels) ? levelsAspect(levels, TRUST_LEVELS.length, false) : atom(levels),
    );
}
