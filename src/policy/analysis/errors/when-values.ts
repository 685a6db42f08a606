import type { Scalar } from '../../when/syntax.ts';

/** Numbers from one to another; `isWhole` where there is nothing between whole ones. */
export type Range = { low: number; high: number; isWhole: boolean };

/**
 * What is known of one value where several conditions on it hold together. Whatever is not known lets anything through, so
 * `isEmpty` is never true by mistake.
 */
export class Values {
  #low = -Infinity;
  #high = Infinity;
  #isLowOpen = false;
  #isHighOpen = false;
  #isWhole = false;
  #isOrdered = false;
  #listed: readonly Scalar[] | undefined;
  readonly #tests: ((value: Scalar) => boolean)[] = [];

  constructor(range?: Range, listed?: readonly Scalar[]) {
    if (range !== undefined) {
      this.#low = range.low;
      this.#high = range.high;
      this.#isWhole = range.isWhole;
    }
    this.#listed = listed;
  }

  /** One of these; numbers are the same whatever their kind. */
  among(values: readonly Scalar[]): void {
    const before = this.#listed;
    this.#listed = before?.filter((value) => values.some((other) => isSame(value, other))) ?? values;
  }

  /** `false` of a value that it surely is not. */
  fits(test: (value: Scalar) => boolean): void {
    this.#tests.push(test);
  }

  above(limit: number, isOpen: boolean): void {
    this.#isOrdered = true;
    if (limit > this.#low || (limit === this.#low && isOpen)) [this.#low, this.#isLowOpen] = [limit, isOpen];
  }

  below(limit: number, isOpen: boolean): void {
    this.#isOrdered = true;
    if (limit < this.#high || (limit === this.#high && isOpen))
      [this.#high, this.#isHighOpen] = [limit, isOpen];
  }

  get isEmpty(): boolean {
    if (this.#listed === undefined) return this.#isEmptyRange();
    return !this.#listed.some((value) => this.#isInside(value) && this.#tests.every((test) => test(value)));
  }

  #isEmptyRange(): boolean {
    const [low, high] = this.#isWhole ? [this.#firstWhole(), this.#lastWhole()] : [this.#low, this.#high];
    return low > high || (!this.#isWhole && low === high && (this.#isLowOpen || this.#isHighOpen));
  }

  #firstWhole(): number {
    return this.#isLowOpen ? Math.floor(this.#low) + 1 : Math.ceil(this.#low);
  }

  #lastWhole(): number {
    return this.#isHighOpen ? Math.ceil(this.#high) - 1 : Math.floor(this.#high);
  }

  /** What is no number is not above or below one, whatever a rule says. */
  #isInside(value: Scalar): boolean {
    if (typeof value !== 'number' && typeof value !== 'bigint') return !this.#isOrdered;
    const number = Number(value);
    const isAbove = this.#isLowOpen ? number > this.#low : number >= this.#low;
    const isBelow = this.#isHighOpen ? number < this.#high : number <= this.#high;
    return isAbove && isBelow && (!this.#isWhole || Number.isInteger(number));
  }
}

export function isSame(one: Scalar, other: Scalar): boolean {
  const isNumber = (value: Scalar) => typeof value === 'number' || typeof value === 'bigint';
  return isNumber(one) && isNumber(other) ? Number(one) === Number(other) : one === other;
}
