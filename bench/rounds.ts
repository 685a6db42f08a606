/** The middle value; the mean of the two middle ones for an even number. Throws for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('no values');
  return (low + high) / 2;
}

/** The value below which `part` (0 to 1) of the values lie. Throws for none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  if (value === undefined) throw new Error('no values');
  return value;
}

/** What to measure, by name. */
export type Contestants<Name extends string, T> = Record<Name, () => Promise<T>>;

/**
 * Measures each contestant once a round, in turns (A B A B …): what slows the machine for a while slows all of them.
 * One round before is run and thrown away. Results are in the order of the rounds.
 */
export async function inTurns<Name extends string, T>(
  contestants: Contestants<Name, T>,
  rounds: number,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(contestants) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const result = await contestants[name]();
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}

/** Medians of both, and the median of the ratios that the rounds gave. */
export function compare(values: readonly number[], baselines: readonly number[]) {
  const ratios = values.map((value, round) => value / (baselines[round] ?? Number.NaN));
  return { value: median(values), baseline: median(baselines), ratio: median(ratios) };
}
