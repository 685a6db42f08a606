import type { OtherStep, TriedStep } from './tried-step.ts';

/** One thing about a step that rules can tell apart, as changes to a step. */
export type Dimension = { name: string; changes: ((step: TriedStep) => TriedStep)[]; isComplete: boolean };

/** What steps of a tool are made from, besides the rules about it. */
export type Surroundings = {
  /** The schemas of the tool's arguments, in both bundles. */
  schemas: readonly unknown[];
  /** The arguments are tried by their schemas, whether or not rules ask about them. */
  isSchemaTried: boolean;
  /** Steps that may stand beside it. */
  others: readonly OtherStep[];
  /** Tools of which the output may flow in, whether or not rules ask where arguments came from. */
  givers: readonly OtherStep[];
};
