/** A share that did not occur counts as this much: what is nothing cannot be compared with anything. */
const LEAST_SHARE = 0.0001;

/**
 * The population stability index of two lists of counts over the same categories: 0 where the shares are equal, and more the
 * further they lie apart. By custom less than 0.1 is stable, and 0.25 and more a shift. 0 where one side has no counts.
 */
export function stabilityIndex(baseline: readonly number[], current: readonly number[]): number {
  const [before, after] = [sharesOf(baseline), sharesOf(current)];
  if (before === undefined || after === undefined) return 0;
  return before.reduce((sum, was, index) => {
    const is = after[index] ?? LEAST_SHARE;
    return sum + (is - was) * Math.log(is / was);
  }, 0);
}

function sharesOf(counts: readonly number[]): number[] | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? undefined : counts.map((count) => Math.max(count / total, LEAST_SHARE));
}
