import { isWithinLayer } from '../layer.ts';
import { coversEveryName, coversNames } from './names.ts';
import type { Aspect, RuleShape } from './rule-shape.ts';
import { elementImplies, operatorsIn, type Side, takes } from './values.ts';

/**
 * True where `b` matches every step that `a` matches. Sound and incomplete: never true by mistake, and false wherever the
 * conditions are not simple enough to say. Each condition of `b` has to follow from the condition of `a` on the same thing.
 */
export function implies(a: RuleShape, b: RuleShape): boolean {
  const sides = { given: a.side, wanted: b.side };
  for (const [name, wanted] of b.aspects) {
    const given = a.aspects.get(name);
    if (given === undefined ? !alwaysHolds(name, wanted, b.side) : !follows(name, given, wanted, sides))
      return false;
  }
  return true;
}

/** `given`: how the rule that implies takes doubt; `wanted`: how the implied one does. */
type Sides = { given: Side; wanted: Side };

/** True where doubt of the one is enough for the other, or cannot be. */
function doubtCarries({ given, wanted }: Sides): boolean {
  return !(given === 'could' && wanted === 'must');
}

function alwaysHolds(name: string, wanted: Aspect, side: Side): boolean {
  if (wanted.kind === 'names')
    return coversEveryName(wanted.names) && (side === 'could' || name === 'match.tool_name');
  if (wanted.kind === 'levels')
    return wanted.levels.length === wanted.of && (side === 'could' || wanted.isDefinite);
  return false;
}

function follows(name: string, given: Aspect, wanted: Aspect, sides: Sides): boolean {
  if (alwaysHolds(name, wanted, sides.wanted)) return true;
  if (given.kind === 'names' && wanted.kind === 'names')
    return coversNames(wanted.names, given.names) && (doubtCarries(sides) || name === 'match.tool_name');
  if (given.kind === 'levels' && wanted.kind === 'levels') return levelsFollow(given, wanted, sides);
  if (!doubtCarries(sides)) return sameAtom(name, given, wanted, sides);
  if (given.kind === 'findings' && wanted.kind === 'findings') return findingsFollow(given, wanted);
  if (given.kind === 'argument' && wanted.kind === 'argument') return argumentFollows(given, wanted, sides);
  return sameAtom(name, given, wanted, sides);
}

type LevelsAspect = Extract<Aspect, { kind: 'levels' }>;

function levelsFollow({ levels }: LevelsAspect, wanted: LevelsAspect, sides: Sides): boolean {
  return levels.every((level) => wanted.levels.includes(level)) && (doubtCarries(sides) || wanted.isDefinite);
}

/**
 * The same text is the same answer, doubt among it. Between a rule that allows and one that restricts that is known of
 * `when` only: another kind of condition may go through lists in the way that its rule asks for. A layer is never in doubt.
 */
function sameAtom(name: string, given: Aspect, wanted: Aspect, sides: Sides): boolean {
  if (given.kind === 'layer' && wanted.kind === 'layer') return isWithinLayer(given.layer, wanted.layer);
  if (given.kind !== 'atom' || wanted.kind !== 'atom' || given.text !== wanted.text) return false;
  return sides.given === sides.wanted || (name === 'when' && doubtCarries(sides));
}

type FindingsAspect = Extract<Aspect, { kind: 'findings' }>;

/** Findings are never in doubt: what fits the narrower question fits the wider one. */
function findingsFollow(given: FindingsAspect, wanted: FindingsAspect): boolean {
  const severities = wanted.asked.severity;
  const isSevere =
    severities === undefined || (given.asked.severity?.every((level) => severities.includes(level)) ?? false);
  return (
    isSevere &&
    (['category', 'detector'] as const).every((part) => {
      const [outer, inner] = [wanted[part], given[part]];
      return outer === undefined || (inner !== undefined && coversNames(outer, inner));
    })
  );
}

type ArgumentAspect = Extract<Aspect, { kind: 'argument' }>;

/**
 * Of the same argument: both go through lists alike, so it is enough to compare what they ask of one element, of nothing,
 * and of null, which `exists` takes for doubt.
 */
function argumentFollows(given: ArgumentAspect, wanted: ArgumentAspect, { given: side }: Sides): boolean {
  if (wanted.exists === false) return given.exists === false;
  if (given.exists === false) return false;
  if (wanted.exists === true && given.exists !== true && (side === 'could' || takes(given.asked, null)))
    return false;
  // With `exists`, null is doubt and its tests are not asked.
  const isNullOpen = given.exists === true && wanted.exists !== true && side === 'could';
  if (isNullOpen && !takes(wanted.asked, null)) return false;
  if (given.exists === true && operatorsIn(given.asked.operators).length === 0)
    return operatorsIn(wanted.asked.operators).length === 0;
  return elementImplies(given.asked, wanted.asked);
}
