/** Two items that are the same one, or one that the other side lacks. */
export type Pair<T> = { before: T; after: T } | { before: T; after?: never } | { before?: never; after: T };

/**
 * Says which items of two lists are the same. Each key is tried in turn on what is left: first it pairs items with the
 * same key that are the only ones to have it, wherever they stand; then along the longest common subsequence, so that
 * two calls of one tool stay two. What is left over stands alone. Pairs come in the order of `before`, with what is
 * new at the place where it came.
 */
export function align<T>(
  before: readonly T[],
  after: readonly T[],
  keys: readonly ((item: T) => string)[],
): Pair<T>[] {
  const partner = new Map<T, T>();
  const taken = new Set<T>();
  const take = (a: T, b: T): void => {
    partner.set(a, b);
    taken.add(b);
  };
  for (const key of keys) {
    const left = before.filter((item) => !partner.has(item));
    const right = after.filter((item) => !taken.has(item));
    for (const [a, b] of soleMatches(left, right, key)) take(a, b);
    const rest = left.filter((item) => !partner.has(item));
    for (const [a, b] of longestCommon(
      rest,
      right.filter((item) => !taken.has(item)),
      key,
    ))
      take(a, b);
  }
  return inOrder(before, after, partner);
}

/** What is new stands behind the item after which it came. */
function inOrder<T>(before: readonly T[], after: readonly T[], partner: ReadonlyMap<T, T>): Pair<T>[] {
  const origin = new Map([...partner].map(([a, b]) => [b, a]));
  const behind = new Map<T | undefined, T[]>();
  let last: T | undefined;
  for (const item of after) {
    const own = origin.get(item);
    if (own !== undefined) last = own;
    else behind.set(last, [...(behind.get(last) ?? []), item]);
  }
  const added = (place: T | undefined): Pair<T>[] =>
    (behind.get(place) ?? []).map((item) => ({ after: item }));
  const pairs = before.flatMap((item): Pair<T>[] => {
    const other = partner.get(item);
    return [other === undefined ? { before: item } : { before: item, after: other }, ...added(item)];
  });
  return [...added(undefined), ...pairs];
}

function soleMatches<T>(left: readonly T[], right: readonly T[], key: (item: T) => string): [T, T][] {
  const byKey = (items: readonly T[]) => Map.groupBy(items, key);
  const others = byKey(right);
  return [...byKey(left)].flatMap(([name, own]): [T, T][] => {
    const [a] = own;
    const [b] = others.get(name) ?? [];
    const isSole = own.length === 1 && others.get(name)?.length === 1;
    return isSole && a !== undefined && b !== undefined ? [[a, b]] : [];
  });
}

/** The pairs of a longest common subsequence by key. Takes time and memory by the product of the lengths. */
function longestCommon<T>(left: readonly T[], right: readonly T[], key: (item: T) => string): [T, T][] {
  const a = left.map(key);
  const b = right.map(key);
  const lengthFrom = commonLengths(a, b);
  const pairs: [T, T][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([left[i++] as T, right[j++] as T]);
    else if (lengthFrom(i + 1, j) >= lengthFrom(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** How long the longest common subsequence is from two places on. */
function commonLengths(a: readonly string[], b: readonly string[]): (i: number, j: number) => number {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}
