/** A hold that is not there, or that cannot change like this. The message is for the caller. */
export class HoldError extends Error {
  readonly code: 'hold_not_found' | 'hold_not_yours' | 'hold_released';

  constructor(code: HoldError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
