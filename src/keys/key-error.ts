export type KeyErrorCode =
  | 'signing_key_exposed'
  | 'signing_key_invalid'
  | 'signing_key_unavailable'
  | 'policy_key_invalid';

/** Keys cannot be used. The message names the file and never holds key material. */
export class KeyError extends Error {
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
