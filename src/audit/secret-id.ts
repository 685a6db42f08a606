/** Whether a text, or a part of it, looks like a secret: what the log would not keep as it is. */
export type HoldsSecret = (text: string) => boolean;

/** An id or name, and where in the request it stands. */
export type GivenId = { pointer: string; id: string | undefined };

export const LOOKS_SECRET = 'looks like a secret; an id is written to the log as it is: give it another';

/** An id that cannot be kept. The id itself is in no message. */
export class SecretId extends Error {
  readonly code = 'invalid_request';
  readonly errors: { pointer: string; message: string }[];

  constructor(pointers: readonly string[]) {
    super(`${pointers[0]}: ${LOOKS_SECRET}`);
    this.errors = pointers.map((pointer) => ({ pointer, message: LOOKS_SECRET }));
  }
}

/**
 * Throws `SecretId` where one of the ids looks like a secret. What is known by an id is read back from the log at the next
 * start: under one that was redacted it would be something else, or the same as another.
 */
export function refuseSecretIds(given: readonly GivenId[], holdsSecret: HoldsSecret): void {
  const secret = given.filter(({ id }) => id !== undefined && holdsSecret(id));
  if (secret.length > 0) throw new SecretId(secret.map(({ pointer }) => pointer));
}
