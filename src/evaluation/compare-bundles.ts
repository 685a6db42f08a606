import type { TriedAgent } from '../policy/analysis/diff/bases.ts';
import type { Effect, Witness } from '../policy/analysis/diff/found.ts';
import type { Suspect } from '../policy/analysis/diff/rule-suspects.ts';
import { searchSpace } from '../policy/analysis/diff/space-search.ts';
import { type StructuralDiff, structuralDiff } from '../policy/analysis/diff/structural.ts';
import { suspectsOf } from '../policy/analysis/diff/suspects.ts';
import type { Bundle } from '../policy/bundle.ts';
import { confirmWitness, type PlanWitness } from './witness-plan.ts';

/** What two bundles decide differently, and what may be decided differently because nothing rules it out. */
export type Comparison = {
  structural: StructuralDiff;
  search: {
    witnesses: PlanWitness[];
    cells: number;
    exhaustive: boolean;
    dropped: number;
    unfit: { tool: string; capability: string }[];
    ended_by?: 'combinations' | 'time';
  };
  unknown: Record<Effect, Suspect[]>;
  in_part: Record<Effect, ShownInPart[]>;
};

/** A change that is shown by some transitions and, by what only examples are tried of, may make others. */
export type ShownInPart = Suspect & { shown: string[] };

/**
 * Compares two bundles: what they say differently, plans that they decide differently, and every change that may loosen or
 * tighten a decision although no such plan was found, because it was neither proven harmless nor ruled out by trying all.
 */
export function compareBundles(
  before: Bundle,
  after: Bundle,
  { agents = [], isOver = () => false }: { agents?: readonly TriedAgent[]; isOver?: () => boolean } = {},
): Comparison {
  const structural = structuralDiff(before, after);
  const plans = new Map<Witness['step'], Map<Effect, PlanWitness>>();
  const isConfirmed = (witness: Witness) => {
    const plan = confirmWitness(witness, { before, after });
    if (plan === undefined) return false;
    plans.set(witness.step, (plans.get(witness.step) ?? new Map()).set(witness.effect, plan));
    return true;
  };
  const { witnesses, answerOf, shownOf, ...search } = searchSpace(before, after, {
    agents,
    isOver,
    isConfirmed,
  });
  const unknownOf = (effect: Effect, suspects: readonly Suspect[]) =>
    suspects.filter(({ change }) => answerOf(change, effect) === 'unknown');
  const inPart = (effect: Effect, suspects: readonly Suspect[]) =>
    suspects.flatMap((suspect): ShownInPart[] => {
      const { transitions, isWhole } = shownOf(suspect.change, effect);
      const isTried = isWhole || (!suspect.isOpaque && search.ended_by !== 'time');
      return isTried || transitions.length === 0 ? [] : [{ ...suspect, shown: transitions }];
    });
  const loosening = suspectsOf(before, after);
  const tightening = suspectsOf(after, before).map((suspect) => ({
    ...suspect,
    why: `${suspect.change} is not what it was`,
  }));
  return {
    structural,
    in_part: { loosened: inPart('loosened', loosening), tightened: inPart('tightened', tightening) },
    search: {
      ...search,
      witnesses: witnesses.flatMap(({ step, effect }) => plans.get(step)?.get(effect) ?? []),
    },
    unknown: {
      loosened: unknownOf('loosened', loosening),
      tightened: unknownOf('tightened', tightening),
    },
  };
}
