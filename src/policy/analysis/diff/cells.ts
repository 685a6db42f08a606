/**
 * All combinations of one value from each dimension, as indexes; those that are closest to the first value of everything come
 * first: none changed, then one, then two, and so on. None where a dimension is empty.
 */
export function* cellsOf(sizes: readonly number[]): Iterable<readonly number[]> {
  if (sizes.includes(0)) return;
  for (let changed = 0; changed <= sizes.length; changed += 1)
    yield* combinations(sizes, { at: 0, left: changed, cell: sizes.map(() => 0) });
}

type State = { at: number; left: number; cell: number[] };

function* combinations(sizes: readonly number[], { at, left, cell }: State): Iterable<readonly number[]> {
  if (left === 0) {
    yield [...cell];
    return;
  }
  if (sizes.length - at < left) return;
  yield* combinations(sizes, { at: at + 1, left, cell });
  for (let value = 1; value < (sizes[at] ?? 0); value += 1) {
    cell[at] = value;
    yield* combinations(sizes, { at: at + 1, left: left - 1, cell });
  }
  cell[at] = 0;
}
