import { type CompiledRule, compileRule } from '../../compiled-rule.ts';
import { sharedConditions } from '../../condition.ts';
import { isWithin } from '../../layer.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { isDoubt } from '../../truth.ts';
import type { Dimension } from './dimension.ts';
import { LAYER } from './dimensions.ts';
import { type TriedStep, viewOfTried } from './tried-step.ts';

/** Other rules that are asked what they speak about: enough for an order that is only a guess of where to look first. */
const MAX_WEIGHED = 300;

/** Where a dimension is looked at. */
export type Place = {
  base: TriedStep;
  /** Rules that all have to match there, as far as the dimension goes. */
  inside: readonly RuleContent[];
  about: readonly RuleContent[];
};

/**
 * The values of a dimension inside what some rules can match, first those for which fewest other rules speak: where they
 * are silent, the change shows. Yields after each rule and each value.
 */
export function* dimensionInOrder(
  { changes, ...dimension }: Dimension,
  { base, inside, about }: Place,
): Generator<void, Dimension> {
  const others: ((step: TriedStep) => boolean)[] = [];
  for (const other of about.slice(0, MAX_WEIGHED)) {
    if (!inside.some(({ id }) => id === other.id)) others.push(alone(other, dimension.name));
    yield;
  }
  const own = inside.map((rule) => alone(rule, dimension.name));
  const weighed: { change: Dimension['changes'][number]; weight: number }[] = [];
  for (const change of changes) {
    const step = change(base);
    yield;
    if (!own.every((matches) => matches(step))) continue;
    weighed.push({ change, weight: others.reduce((sum, test) => sum + (test(step) ? 1 : 0), 0) });
  }
  return { ...dimension, changes: weighed.sort((a, b) => a.weight - b.weight).map(({ change }) => change) };
}

/** A tried step has one source, so its instructions are worth what the step is. */
function trustAskedIn({ instructions, lowest_trust }: NonNullable<RuleContent['match']['provenance']> = {}) {
  if (instructions === undefined && lowest_trust === undefined) return {};
  return { provenance: { ...(instructions && { instructions }), ...(lowest_trust && { lowest_trust }) } };
}

/** Whether a rule would match if this dimension were all it asked about. */
function alone(rule: RuleContent, dimension: string): (step: TriedStep) => boolean {
  if (dimension === LAYER) return (step) => isWithin(step, rule.layer);
  const { match, args } = rule;
  const pointer = dimension.startsWith('args.') ? dimension.slice('args.'.length) : undefined;
  const asksTrust = dimension === 'lowest_trust';
  const { provenance, ...others } = match;
  const kept = {
    ...(others[dimension as keyof typeof others] !== undefined && {
      [dimension]: others[dimension as keyof typeof others],
    }),
    ...(asksTrust && trustAskedIn(provenance)),
    ...(dimension === 'source_type' &&
      provenance?.source_type && { provenance: { source_type: provenance.source_type } }),
  };
  const asked = pointer === undefined ? undefined : args[pointer];
  const { id, action, obligations, overrides, overridable, mode } = rule;
  const part: RuleContent = {
    ...{ id, action, obligations, overrides, overridable, mode },
    match: kept as RuleContent['match'],
    args: asked === undefined || pointer === undefined ? {} : { [pointer]: asked },
    // What flows into an argument is another dimension.
    taint: {},
  };
  const compiled = compileRule(part, sharedConditions());
  return (step) => matches(compiled, step);
}

function matches({ conditions, action }: CompiledRule, step: TriedStep): boolean {
  const view = viewOfTried(step);
  const truths = conditions.map(({ test }) => test(view));
  return !truths.includes(false) && (action !== 'allow' || !truths.some(isDoubt));
}
