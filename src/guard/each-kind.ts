/**
 * The first `max` of a list, in its order, and of each kind at least one: what comes often must not crowd out what comes
 * once, because rules ask for kinds.
 */
export function withEachKind<One>(list: readonly One[], max: number, kindOf: (one: One) => string): One[] {
  if (list.length <= max) return [...list];
  const seen = new Set<string>();
  const firsts = new Set(
    list.filter((one) => {
      const kind = kindOf(one);
      return !seen.has(kind) && seen.add(kind);
    }),
  );
  let left = max - firsts.size;
  return list.filter((one) => {
    if (firsts.has(one)) return true;
    left -= 1;
    return left >= 0;
  });
}
