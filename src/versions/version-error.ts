export type VersionErrorCode =
  | 'policy_not_found'
  | 'policy_unavailable'
  | 'version_ambiguous'
  | 'unsigned_bundle'
  | 'wrong_signature'
  | 'activation_not_found'
  | 'activation_closed'
  | 'activation_not_waiting'
  | 'same_person'
  | 'nothing_to_roll_back'
  | 'too_many_activations'
  | 'too_many_checks'
  | 'invalid_schedule';

/** A version that cannot be published or made active as asked. The message is for the caller. */
export class VersionError extends Error {
  readonly code: VersionErrorCode;

  constructor(code: VersionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
