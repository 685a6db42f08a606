export type NoteErrorCode =
  /** Not a signed note, not a checkpoint, not a proof, not a key: it cannot be read as what it should be. */
  | 'note_malformed'
  /** No key that is trusted has signed it. */
  | 'note_unsigned'
  /** It bears the name and id of a trusted key, but that key did not sign this text. */
  | 'note_forged';

/** Why a signed text is not to be believed. The message is for people. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
  readonly code: NoteErrorCode;

  constructor(code: NoteErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
