/** What a figure is held to. `limit` bounds the value itself or its ratio to the baseline. */
export type Target = { of: 'value' | 'ratio'; bound: 'at_least' | 'at_most'; limit: number };

/** One line of the result. */
export type Figure = {
  name: string;
  unit: string;
  value: number;
  /** The same quantity of what it is compared with, measured in the same run. */
  baseline?: { name: string; value: number };
  /** Value over baseline: the median over the rounds, so it need not be the quotient of the two medians. */
  ratio?: number;
  target?: Target;
};

/** How a benchmark is run. */
export type BenchContext = {
  /** Fewer and shorter rounds: shows that it works, measures roughly. */
  isQuick: boolean;
  /** Tells what happens now. */
  say(message: string): void;
};

/** Answers one question with figures. */
export type Benchmark = {
  question: string;
  /** Takes minutes, so it runs only when it is asked for. */
  isLong?: true;
  run(context: BenchContext): Promise<Figure[]>;
};

/** By which part of the limit a target is missed; 0 where it is met. Absent: the figure has no target. */
export function missedBy({ value, ratio, target }: Figure): number | undefined {
  if (target === undefined) return undefined;
  const measured = target.of === 'ratio' ? ratio : value;
  if (measured === undefined) throw new Error('a target of a ratio needs a ratio');
  const distance = target.bound === 'at_least' ? target.limit - measured : measured - target.limit;
  return Math.max(0, distance / target.limit);
}
