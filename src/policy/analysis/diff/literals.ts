/** What the text of a condition names, whatever it says of it. */
export type Literals = { numbers: readonly number[]; texts: readonly string[] };

const MAX_LITERALS = 40;

/** The numbers and texts that stand in an expression. */
export function literalsOf(expression: string): Literals {
  const numbers = [...expression.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])/g)].map(([number]) =>
    Number(number),
  );
  const texts = [...expression.matchAll(/'([^']{1,256})'|"([^"\\]{1,256})"/g)].map(
    ([, one, other]) => one ?? other ?? '',
  );
  return {
    numbers: [...new Set(numbers)].slice(0, MAX_LITERALS),
    texts: [...new Set(texts)].slice(0, MAX_LITERALS),
  };
}

/** The most steps that a plan can have. */
const MAX_STEPS = 200;

/** Numbers of steps at and around those that an expression names, smallest first. */
export function countsAround({ numbers }: Literals, most: number = MAX_STEPS): number[] {
  const around = numbers.flatMap((number) => [
    Math.floor(number) - 1,
    Math.floor(number),
    Math.floor(number) + 1,
  ]);
  return [...new Set(around)].filter((count) => count >= 1 && count <= most).sort((a, b) => a - b);
}

const DAY_MS = 86_400_000;
/** A Thursday. */
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);

/**
 * Times that an expression about `now` may tell apart: the hours, days and months at and around the numbers in it, each day
 * of a week, and the moments at and around those it names.
 */
export function timesAround({ numbers, texts }: Literals): string[] {
  const near = [...new Set(numbers.flatMap((number) => [number - 1, number, number + 1]))].map(Math.trunc);
  const within = (low: number, high: number) => near.filter((number) => number >= low && number <= high);
  const moments = texts.map((text) => Date.parse(text)).filter((moment) => !Number.isNaN(moment));
  const times = [
    ...within(0, 23).map((hour) => Date.UTC(2026, 0, 1, hour, 30)),
    ...within(0, 59).map((minute) => Date.UTC(2026, 0, 1, 12, minute)),
    ...within(0, 11).map((month) => Date.UTC(2026, month, 15, 12)),
    ...within(1, 31).map((day) => Date.UTC(2026, 0, day, 12)),
    ...within(2000, 2100).map((year) => Date.UTC(year, 5, 15, 12)),
    ...Array.from({ length: 7 }, (_, day) => FIRST_DAY_MS + day * DAY_MS + DAY_MS / 2),
    ...moments.flatMap((moment) => [moment - 1_000, moment, moment + 1_000]),
  ];
  return [...new Set(times)].map((time) => new Date(time).toISOString());
}
