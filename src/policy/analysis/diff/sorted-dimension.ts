import type { StepView } from '../../bundle.ts';
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

/** Whether a rule would match if one dimension were all it asked about. */
type Alone = (view: StepView) => boolean;

/** Puts the values of dimensions in order, for one search: what it read of a rule it does not read again. */
export class DimensionOrder {
  readonly #known = new Map<RuleContent, Map<string, readonly Alone[]>>();

  /**
   * The values of a dimension inside what some rules can match, first those for which fewest other rules speak: where they
   * are silent, the change shows. Yields after each rule and each value.
   */
  *inOrder({ changes, ...dimension }: Dimension, { base, inside, about }: Place): Generator<void, Dimension> {
    const others: Alone[] = [];
    for (const other of about.slice(0, MAX_WEIGHED)) {
      if (!inside.some(({ id }) => id === other.id)) others.push(...this.#asking(other, dimension.name));
      yield;
    }
    const own = inside.flatMap((rule) => this.#asking(rule, dimension.name));
    if (own.length + others.length === 0) return { ...dimension, changes };
    const weighed: { change: Dimension['changes'][number]; weight: number }[] = [];
    for (const change of changes) {
      const view = viewOfTried(change(base));
      yield;
      if (!own.every((matches) => matches(view))) continue;
      weighed.push({ change, weight: others.reduce((sum, test) => sum + (test(view) ? 1 : 0), 0) });
    }
    return { ...dimension, changes: weighed.sort((a, b) => a.weight - b.weight).map(({ change }) => change) };
  }

  /** None of a rule that asks nothing about the dimension. */
  #asking(rule: RuleContent, dimension: string): readonly Alone[] {
    const ofRule = this.#known.get(rule) ?? new Map<string, readonly Alone[]>();
    this.#known.set(rule, ofRule);
    const asking = ofRule.get(dimension) ?? [alone(rule, dimension)].filter((test) => test !== undefined);
    ofRule.set(dimension, asking);
    return asking;
  }
}

/** A tried step has one source, so its instructions are worth what the step is. */
function trustAskedIn({ instructions, lowest_trust }: NonNullable<RuleContent['match']['provenance']> = {}) {
  if (instructions === undefined && lowest_trust === undefined) return {};
  return { provenance: { ...(instructions && { instructions }), ...(lowest_trust && { lowest_trust }) } };
}

function alone(rule: RuleContent, dimension: string): Alone | undefined {
  const { match, args, layer } = rule;
  if (dimension === LAYER) return layer === undefined ? undefined : (view) => isWithin(view, layer);
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
  if (asked === undefined && Object.keys(kept).length === 0) return undefined;
  const { id, action, obligations, overrides, overridable, mode } = rule;
  const part: RuleContent = {
    ...{ id, action, obligations, overrides, overridable, mode },
    match: kept as RuleContent['match'],
    args: asked === undefined || pointer === undefined ? {} : { [pointer]: asked },
    // What flows into an argument is another dimension.
    taint: {},
  };
  const compiled = compileRule(part, sharedConditions());
  return (view) => matches(compiled, view);
}

function matches({ conditions, action }: CompiledRule, view: StepView): boolean {
  const truths = conditions.map(({ test }) => test(view));
  return !truths.includes(false) && (action !== 'allow' || !truths.some(isDoubt));
}
