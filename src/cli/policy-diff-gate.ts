import type { ShownInPart } from '../evaluation/compare-bundles.ts';
import type { Effect } from '../policy/analysis/diff/found.ts';
import { STRENGTH } from '../policy/analysis/diff/leniency.ts';
import type { StructuralDiff } from '../policy/analysis/diff/structural.ts';
import type { Action } from '../policy/bundle.ts';
import type { PolicyDiff } from './policy-diff-text.ts';

export const FAIL_ON = ['loosened', 'tightened', 'changed'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** What is asked of a comparison, and what is passed over. */
export type Gate = { failOn: FailOn; accepted: ReadonlySet<string> };

type Transition = { name: string; effect: Effect };

/** Whether something that was asked for is shown: by a witness, by a recorded plan, or for `changed` by the files. */
export function isShown(found: PolicyDiff, { failOn, accepted }: Gate): boolean {
  if (failOn === 'changed' && meansOther(found)) return true;
  return transitionsIn(found).some(
    ({ name, effect }) => (failOn === 'changed' || effect === failOn) && !accepted.has(name),
  );
}

/** Whether something that was asked for may be so, and nothing rules it out. */
export function isOpen({ unknown }: PolicyDiff, { failOn }: Gate): boolean {
  if (failOn === 'changed') return unknown.loosened.length + unknown.tightened.length > 0;
  return unknown[failOn].length > 0;
}

/**
 * Changes of which all that is shown is accepted, and that may make decisions weaker (or stronger) than that. Accepted is what
 * lies between a transition and the one that is named: who lets a block become an allow lets all pass that a change can do.
 */
export function notCovered({ in_part }: PolicyDiff, { failOn, accepted }: Gate): ShownInPart[] {
  const effects: Effect[] = failOn === 'changed' ? ['loosened', 'tightened'] : [failOn];
  const named = [...accepted].map((name) => name.split('->') as [Action, Action]);
  return effects.flatMap((effect) =>
    in_part[effect].filter(({ strongest, weakest }) => {
      const isWide = ([old, now]: [Action, Action]) => {
        const [strict, mild] = effect === 'loosened' ? [old, now] : [now, old];
        return STRENGTH[mild] <= STRENGTH[weakest] && STRENGTH[strict] >= STRENGTH[strongest];
      };
      return !named.some(isWide);
    }),
  );
}

/** Whether the files mean something else, decisions or not. */
function meansOther({ structural, files }: PolicyDiff): boolean {
  return !isSameMeaning(structural) || (files?.changes.length ?? 0) > 0;
}

function isSameMeaning({ rules, settings, grants }: StructuralDiff): boolean {
  const { added, removed, changed, reordered } = rules;
  return [added, removed, changed, settings, grants].every((some) => some.length === 0) && !reordered;
}

/** Those that the search found, those that the other files make, and those of recorded plans. */
function transitionsIn({ search, files, replay }: PolicyDiff): Transition[] {
  const found = [...search.witnesses, ...(files?.witnesses ?? [])].map(
    ({ before, after, effect }): Transition => ({ name: `${before.decision}->${after.decision}`, effect }),
  );
  const cells = (replay?.matrix ?? []).filter(({ before, after, count }) => before !== after && count > 0);
  const flipped = cells.map(({ before, after }): Transition => {
    const isLooser = strengthOf(after) < strengthOf(before);
    return { name: `${before}->${after}`, effect: isLooser ? 'loosened' : 'tightened' };
  });
  return [...found, ...flipped];
}

function strengthOf(decision: string): number {
  return (STRENGTH as Record<string, number>)[decision] ?? 0;
}
