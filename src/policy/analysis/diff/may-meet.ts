import type { Layer } from '../../layer.ts';
import type { NameAttribute } from '../../rule-schema.ts';
import { mayMeet as namesMayMeet } from '../names.ts';
import type { Aspect, RuleShape } from '../rule-shape.ts';
import { type Interval, intervalOf, isEmptyInterval, operatorsIn } from '../values.ts';

/** True where some step may be matched by both rules. Never false by mistake. */
export function rulesMayMeet(one: RuleShape, other: RuleShape): boolean {
  if (areLayersApart(one.rule.layer, other.rule.layer)) return false;
  // Rules that restrict match in doubt: two of them are apart only by what every step has.
  const isOneSure = one.side === 'must' || other.side === 'must';
  for (const [name, aspect] of one.aspects) {
    const opposite = other.aspects.get(name);
    if (opposite === undefined || !(isOneSure || isAlwaysThere(name, aspect))) continue;
    if (areApart(aspect, opposite)) return false;
  }
  return true;
}

function isAlwaysThere(name: string, aspect: Aspect): boolean {
  if (aspect.kind === 'levels') return aspect.isDefinite;
  return name === 'match.tool_name' || ALWAYS.some((attribute) => name === `match.${attribute}`);
}

/** Attributes that every step has by the time a rule sees it: nobody is asked about an agent that is not known. */
export const ALWAYS: readonly NameAttribute[] = ['agent_id', 'agent_name', 'tenant_id', 'runtime_mode'];

function areLayersApart(one: Layer | undefined, other: Layer | undefined): boolean {
  if (one?.tenant_id === undefined || other?.tenant_id === undefined) return false;
  if (one.tenant_id !== other.tenant_id) return true;
  return one.kind === 'agent' && other.kind === 'agent' && one.agent_id !== other.agent_id;
}

function areApart(one: Aspect, other: Aspect): boolean {
  if (one.kind === 'names' && other.kind === 'names') return !namesMayMeet(one.names, other.names);
  if (one.kind === 'argument' && other.kind === 'argument') return areNumbersApart(one, other);
  // Several sources at once may be of levels that have none in common; a step has one sensitivity and one trust.
  return (
    one.kind === 'levels' &&
    other.kind === 'levels' &&
    one.of === other.of &&
    one.of <= SINGLE_LEVELS &&
    !one.levels.some((level) => other.levels.includes(level))
  );
}

/** As many levels as there are of sensitivity, and of trust. */
const SINGLE_LEVELS = 4;

type ArgumentAspect = Extract<Aspect, { kind: 'argument' }>;

/** Two rules about the same argument of which one wants every number in its interval, and the other some number outside. */
function areNumbersApart(one: ArgumentAspect, other: ArgumentAspect): boolean {
  if (one.exists === false || other.exists === false) return false;
  const [a, b] = [numbersOf(one), numbersOf(other)];
  if (a === undefined || b === undefined) return false;
  const low = a.low === b.low ? a.isLowOpen || b.isLowOpen : a.low > b.low ? a.isLowOpen : b.isLowOpen;
  const high =
    a.high === b.high ? a.isHighOpen || b.isHighOpen : a.high < b.high ? a.isHighOpen : b.isHighOpen;
  return isEmptyInterval({
    ...{ low: Math.max(a.low, b.low), high: Math.min(a.high, b.high), isLowOpen: low, isHighOpen: high },
  });
}

const LIMITS = new Set(['gt', 'gte', 'lt', 'lte']);

function numbersOf({ asked: { operators } }: ArgumentAspect): Interval | undefined {
  const names = operatorsIn(operators);
  return names.length > 0 && names.every((name) => LIMITS.has(name)) ? intervalOf(operators) : undefined;
}
