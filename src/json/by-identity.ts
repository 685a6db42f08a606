/**
 * Remembers what a pure function made of an object, for as long as the object lives. For objects that are never
 * changed and met again with every decision: agents, callers, bundles.
 */
export function byIdentity<In extends object, Out>(make: (from: In) => Out): (from: In) => Out {
  const made = new WeakMap<In, { out: Out }>();
  return (from) => {
    let known = made.get(from);
    if (known === undefined) {
      known = { out: make(from) };
      made.set(from, known);
    }
    return known.out;
  };
}
