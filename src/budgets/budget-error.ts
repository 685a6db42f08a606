export type BudgetErrorCode = 'invalid_budget' | 'invalid_amount' | 'counter_not_loaded';

/** A budget that cannot be used as written, or an amount that cannot be booked exactly. */
export class BudgetError extends Error {
  readonly code: BudgetErrorCode;

  constructor(code: BudgetErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
