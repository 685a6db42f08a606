import type { NoteVerifier } from '../tlog/note-key.ts';
import type { SignedCheckpoint } from './key-trail.ts';
import { purgeSigners } from './purge-note.ts';
import type { RecordedPurge } from './purge-record.ts';

type Walked = {
  purged_events: number;
  first_bad?: unknown;
  origin?: string;
  purges: readonly RecordedPurge[];
};
type Speaking = {
  held: readonly SignedCheckpoint[];
  /** Keys that were given, and those these handed over to. */
  believed: readonly NoteVerifier[];
  /** These, and those before them. */
  vouching: readonly NoteVerifier[];
};

/**
 * What speaks against a purge, in words. Events may be missing at the beginning only where the event that says so is
 * signed by itself, and under a checkpoint: by a key that is believed or was replaced by one, or, where none was given,
 * by whomever. Otherwise whoever has no key could delete files and add that event.
 */
export function unsignedPurge(
  { purged_events, first_bad, origin = '', purges }: Walked,
  { held, believed, vouching }: Speaking,
): { size: number; message: string } | undefined {
  const purge = purges.find(({ last }) => last + 1 === purged_events);
  if (purge === undefined || first_bad !== undefined) return undefined;
  const names = believed.map(String);
  const isBelieved = ({ signers }: SignedCheckpoint) =>
    names.length === 0 || signers.some((signer) => names.includes(signer));
  const isCovered = held.some((checkpoint) => checkpoint.size > purge.sequence && isBelieved(checkpoint));
  const isSigned = names.length === 0 || purgeSigners(origin, purge, vouching).length > 0;
  if (isCovered && isSigned) return undefined;
  const what = isCovered
    ? 'was signed by no key that is believed'
    : 'is under no checkpoint that is believed';
  const message = `the events up to ${purge.last} are gone, and event ${purge.sequence}, which says that they were purged, ${what}`;
  return { size: purge.last + 1, message };
}
