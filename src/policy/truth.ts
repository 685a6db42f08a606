/** A condition that could not be evaluated, and why. */
export type Doubt = { readonly doubt: string };

/** What a condition says of a step: it holds, it does not, or nobody can tell. */
export type Truth = boolean | Doubt;

/**
 * How the elements of a list count together. `any`: one that meets the condition suffices, as a rule that
 * restricts wants it. `every`: all must meet it, as a rule that allows wants it.
 */
export type Quantifier = 'any' | 'every';

export function isDoubt(truth: Truth): truth is Doubt {
  return typeof truth === 'object';
}

/**
 * Three-valued `or` (`any`) and `and` (`every`) over elements: a definite answer that settles the matter wins
 * over doubt, the first doubt over the rest. No element at all is doubt: there is nothing that could be judged.
 */
export function quantify<T>(
  items: readonly T[],
  quantifier: Quantifier,
  judge: (item: T, index: number) => Truth,
): Truth {
  if (items.length === 0) return { doubt: 'the list is empty' };
  const settling = quantifier === 'any';
  let rest: Truth = !settling;
  for (let index = 0; index < items.length; index += 1) {
    const truth = judge(items[index] as T, index);
    if (truth === settling) return settling;
    if (isDoubt(truth) && !isDoubt(rest)) rest = truth;
  }
  return rest;
}
