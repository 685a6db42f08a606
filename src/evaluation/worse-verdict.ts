import type { Verdict } from '../guard/finding.ts';

const RANK: Record<Verdict, number> = { allow: 0, flag: 1, block: 2 };

/** The graver of two verdicts of the guard. */
export function worseVerdict(one: Verdict, other: Verdict): Verdict {
  return RANK[other] > RANK[one] ? other : one;
}
