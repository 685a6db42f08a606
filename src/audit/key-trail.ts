import type { NoteVerifier } from '../tlog/note-key.ts';
import type { KeyRotation } from './key-rotation.ts';

/** A checkpoint that nothing speaks against, and those we know who signed it. */
export type SignedCheckpoint = {
  source: string;
  size: number;
  signers: readonly string[];
  /** The log still has what it was signed over, and that is what it says. */
  isHeld: boolean;
};

/** A rotation, and what speaks for it. */
export type HandOver = KeyRotation & {
  /** Events under the first checkpoint that both keys signed; absent: there is none, and only the log says so. */
  shown_at?: number;
  /** The old key is believed, and has signed that the new one follows. */
  believed: boolean;
};

/**
 * Follows the keys of a log from those that are believed: one that is has handed over where a checkpoint over the
 * rotation is signed by both. So whoever holds an old key alone comes to the newest, and nobody without it gets in
 * between. `rotations` in the order of the log.
 */
export function followRotations(
  rotations: readonly KeyRotation[],
  checkpoints: readonly SignedCheckpoint[],
  given: readonly NoteVerifier[],
): HandOver[] {
  const believed = new Set(given.map(String));
  return rotations.map((rotation) => {
    const { sequence, old_key, new_key } = rotation;
    const sizes = checkpoints
      .filter(
        ({ size, signers }) => size > sequence && signers.includes(old_key) && signers.includes(new_key),
      )
      .map(({ size }) => size);
    if (sizes.length === 0) return { ...rotation, believed: false };
    const isBelieved = believed.has(old_key);
    if (isBelieved) believed.add(new_key);
    return {
      ...rotation,
      shown_at: sizes.reduce((least, size) => Math.min(least, size)),
      believed: isBelieved,
    };
  });
}

/** Keys that are believed, and those before them: what one of these signed in its time holds. */
export function trustedThrough(
  steps: readonly HandOver[],
  believed: readonly (NoteVerifier | string)[],
): string[] {
  const trusted = new Set(believed.map(String));
  for (const { old_key, new_key, shown_at } of steps.toReversed())
    if (shown_at !== undefined && trusted.has(new_key)) trusted.add(old_key);
  return [...trusted];
}
