/**
 * One page out of `rows`, which were read with a limit of one more than the page holds: that one more says there
 * is a next page, and is not part of this one.
 */
export function takePage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { items: Row[]; next_cursor?: string } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next_cursor: cursorOf(last) } : { items };
}
