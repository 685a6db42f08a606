export type BacktestProblem = 'backtest_not_found' | 'backtest_not_done' | 'too_many_backtests';

/** What cannot be done with a backtest; the message is for people. */
export class BacktestError extends Error {
  readonly code: BacktestProblem;

  constructor(code: BacktestProblem, message: string) {
    super(message);
    this.code = code;
  }
}
