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
