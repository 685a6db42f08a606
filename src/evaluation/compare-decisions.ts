import type { DecisionChanges, DecisionWitness } from '../bundles/decision-changes.ts';
import type { JsonObject } from '../json/value.ts';
import { searchInSteps } from '../policy/analysis/diff/space-search.ts';
import type { Bundle } from '../policy/bundle.ts';
import { confirmWitness, type PlanWitness } from './witness-plan.ts';

/** Combinations that are tried, and those of one changed rule and tool. */
const LIMITS = { maxCells: 8_000, maxCellsPerRegion: 800 };
const MAX_WITNESSES = 10;
/** Characters of the plan and what goes with it that a witness is listed with. */
const MAX_PLAN = 4_000;

/**
 * How decisions change from one bundle to another, by a search that yields between any two steps it decides. `isOver` is asked
 * as often: true ends the search with what was found.
 */
export function* compareDecisions(
  before: Bundle,
  after: Bundle,
  isOver: () => boolean,
): Generator<void, DecisionChanges> {
  const { witnesses, cells, exhaustive, ended_by } = yield* searchInSteps(before, after, {
    ...LIMITS,
    isOver,
    isConfirmed: (witness) => confirmWitness(witness, { before, after }) !== undefined,
  });
  const confirmed: PlanWitness[] = [];
  for (const witness of witnesses) {
    const found = confirmWitness(witness, { before, after });
    if (found !== undefined) confirmed.push(found);
    yield;
  }
  const loosened = confirmed.filter(({ effect }) => effect === 'loosened');
  const tightened = confirmed.filter(({ effect }) => effect === 'tightened');
  return {
    effect: effectOf(loosened.length, tightened.length),
    ...{ loosened: loosened.length, tightened: tightened.length },
    witnesses: [...loosened, ...tightened].slice(0, MAX_WITNESSES).map(listed),
    ...{ combinations: cells, exhaustive, ...(ended_by !== undefined && { ended_by }) },
  };
}

function effectOf(loosened: number, tightened: number): DecisionChanges['effect'] {
  if (loosened > 0) return tightened > 0 ? 'both' : 'loosened';
  return tightened > 0 ? 'tightened' : 'none_found';
}

function listed({ plan, given, ...witness }: PlanWitness): DecisionWitness {
  const isShort = JSON.stringify(plan).length + JSON.stringify(given).length <= MAX_PLAN;
  return isShort ? { ...witness, plan, given: given as unknown as JsonObject } : witness;
}
