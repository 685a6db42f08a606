import { createPublicKey, type KeyObject } from 'node:crypto';
import { type NoteVerifier, noteVerifier } from '../tlog/note-key.ts';

/** The keys that sign a log, or did. */
export type LogKeys = {
  current: KeyObject;
  /** What a rotation that has not come to its end made ready. */
  next?: KeyObject;
  /** Public halves of those replaced by rotations: what they sign alone is not believed any more. */
  retired: readonly KeyObject[];
};

/** What verifies the notes of a log: by the keys that sign, and by those that did. */
export function verifiersOf(
  origin: string,
  { current, next, retired }: LogKeys,
): { signing: NoteVerifier[]; retired: NoteVerifier[] } {
  const signing = [current, ...(next ? [next] : [])].map((key) => createPublicKey(key));
  return {
    signing: signing.map((key) => noteVerifier(origin, key)),
    retired: retired.map((key) => noteVerifier(origin, key)),
  };
}
