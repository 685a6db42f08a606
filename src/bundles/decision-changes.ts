import type { JsonObject } from '../json/value.ts';

/** `terms`: obligations, and what an approval must be; present where the decision is the same on other terms. */
type WitnessSide = { decision: string; reason: string; rules: string[]; terms?: object };

/** A plan that two bundles decide differently, decided by both. */
export type DecisionWitness = {
  tool_name: string;
  effect: 'loosened' | 'tightened';
  before: WitnessSide;
  after: WitnessSide;
  /** Absent where it is too long to be listed. */
  plan?: JsonObject;
  /** What decides and is not in the plan: the agent's record, what its source is worth, what the guard found. */
  given?: JsonObject;
};

/**
 * How decisions change from one bundle to another, as far as a bounded search shows. Every witness is proof of what it says;
 * that there is none proves nothing.
 */
export type DecisionChanges = {
  /** `unknown`: nothing was looked at, or it took too long. */
  effect: 'loosened' | 'tightened' | 'both' | 'none_found' | 'unknown';
  /** Pairs of tool and transition, such as a block that became an allow, or the same on other terms, of which there is a witness. */
  loosened: number;
  tightened: number;
  /** Loosenings first, at most ten. */
  witnesses: DecisionWitness[];
  /** Steps that were decided under both. */
  combinations: number;
  /** True where the values tried stand for all others, and all their combinations were decided. */
  exhaustive: boolean;
  /** What the search ended by, where it had not come to its end. */
  ended_by?: 'combinations' | 'time' | 'fault';
};

/** The answer where a comparison was not made, and why. */
export function notCompared(endedBy: 'time' | 'fault'): DecisionChanges {
  const nothing = { loosened: 0, tightened: 0, witnesses: [], combinations: 0, exhaustive: false };
  return { effect: 'unknown', ...nothing, ended_by: endedBy };
}
