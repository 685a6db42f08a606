import type { StepView } from './bundle.ts';
import type { Truth } from './truth.ts';

/** One thing a rule asks of a step, compiled. */
export type Condition = {
  /** In words, as an author would write it: `args./amount gt 1000`. */
  label: string;
  test(step: StepView): Truth;
  /**
   * What the step has there, in words. Texts of arguments are described by their length, never quoted: the words
   * go into answers and into the log.
   */
  seen(step: StepView): string;
};

/**
 * Hands out one condition for all rules that ask the same: `asked` says it in full. Large bundles ask few different
 * things, and what many rules share stays close at hand for the processor.
 */
export type ShareCondition = (asked: readonly unknown[], make: () => Condition) => Condition;

export function sharedConditions(): ShareCondition {
  const known = new Map<string, Condition>();
  return (asked, make) => {
    const key = JSON.stringify(asked);
    const condition = known.get(key) ?? make();
    known.set(key, condition);
    return condition;
  };
}
