/** How many single-character edits (insert, delete, replace, swap of neighbours) lead from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped =
        a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? before[column - 2] : undefined;
      const edits = [previous[column - 1], previous[column], current[column - 1], swapped];
      const [replace = 0, remove = 0, insert = 0, swap = Infinity] = edits;
      current.push(Math.min(replace + same, remove + 1, insert + 1, swap + 1));
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * The candidate a person most likely meant by `word`, or `undefined` when none is near: at most a third of the
 * letters (and always one) may differ. Words over 100 characters get no suggestion, so the cost is bounded.
 */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 100) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // Each letter more or less is an edit, so most candidates need not be looked at.
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
