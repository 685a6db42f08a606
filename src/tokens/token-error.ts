export type TokenErrorCode =
  | 'token_not_found'
  | 'invalid_token_request'
  | 'token_grant_forbidden'
  | 'weak_admin_token';

/** A token that cannot be made, or is not there. The message never holds a secret. */
export class TokenError extends Error {
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
