export type PermitErrorCode = 'signing_key_exposed' | 'signing_key_invalid' | 'signing_key_unavailable';

/** The signing keys cannot be used. The message names the file and never holds key material. */
export class PermitError extends Error {
  readonly code: PermitErrorCode;

  constructor(code: PermitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
