import { createPublicKey, type KeyObject } from 'node:crypto';
import { type NoteSigner, noteSigner, noteVerifier } from '../tlog/note-key.ts';
import { AuditOpenError } from './audit-error.ts';
import type { OpenedAuditLog } from './audit-log.ts';
import type { Checkpointer } from './checkpointer.ts';
import type { EventDraft } from './event.ts';
import { lastRotations } from './key-rotation.ts';
import type { LogKeys } from './log-keys.ts';
import type { LogStart } from './log-start.ts';
import { type AuditLogOptions, type AuditRecovery, type LogStand, openAuditLog } from './open-audit-log.ts';
import { openCheckpoints } from './open-checkpoints.ts';
import { isOwnPurge } from './purge-proof.ts';
import type { RecordedPurge } from './purge-record.ts';
import { checkSigned, NOTHING_SIGNED, type Signed } from './signed-state.ts';

export type SignedLogOptions = Omit<AuditLogOptions, 'accept'> & {
  keys: LogKeys;
  /** As that of `openAuditLog`, once the log has held against its newest checkpoint. */
  accept?: (found: LogStand, start: LogStart) => Promise<void>;
  /** A second history of checkpoints. */
  copy?: string;
  onCheckpointFailure: (cause: unknown, isFatal: boolean) => void;
};

export type SignedLog = {
  log: OpenedAuditLog;
  checkpointer: Checkpointer;
  recovery: AuditRecovery;
  /** Where its lines begin. */
  start: LogStart;
  signer: NoteSigner;
  /** The key that verifies what it signs, as it is handed over. */
  verifierKey: string;
  /** Whether one of our keys, of now or of before, has signed that a segment may be gone. */
  isOwnPurge(purge: RecordedPurge): boolean;
  /** A rotation that was broken off is at its end: the next key signs, and the key file MUST be told. */
  isHandedOver: boolean;
};

/**
 * Opens a log with the checkpoints over it: what was found is held against the newest, the key that signs is named in the
 * log where it never signed before, and a first checkpoint is signed over what is new. Throws as `openAuditLog` and
 * `checkSigned`.
 */
export async function openSignedLog(options: SignedLogOptions): Promise<SignedLog> {
  const { file, keys, copy } = options;
  let signed = NOTHING_SIGNED;
  let follower: KeyObject | undefined;
  let checkpointer: Checkpointer | undefined;
  const { log, recovery } = await openAuditLog({
    ...options,
    accept: async (found) => {
      signed = await checkSigned(file, found, { keys, ...(copy !== undefined && { copy }) });
      if (found.origin !== undefined) follower = await followerOf(keys, found.origin, file);
      await options.accept?.(found, signed.start);
    },
    onCommit: (groups, leaves) => {
      // Until there are checkpoints, the tree is brought up to date from the file, and so is whoever follows the log.
      if (checkpointer === undefined) return;
      checkpointer.take(leaves);
      return options.onCommit(groups, leaves);
    },
  });
  const verifierKey = verifierKeyOf(log.origin, follower ?? keys.current);
  try {
    // Before the first checkpoint that it signs: a crash in between must not leave a log that names no key.
    if (!signed.isKeyKnown && follower === undefined)
      await log.append({ context: {}, events: [keyAnnounced(verifierKey)] });
    checkpointer = await openOver(log, { ...options, signed, follower });
  } catch (error) {
    await log.close();
    throw error;
  }
  return {
    ...{ log, checkpointer, recovery, start: signed.start, isHandedOver: follower !== undefined },
    ...{ signer: noteSigner(log.origin, follower ?? keys.current), verifierKey },
    isOwnPurge: (purge) => isOwnPurge(log.origin, purge, keys),
  };
}

type Over = SignedLogOptions & { signed: Signed; follower: KeyObject | undefined };

async function openOver(log: OpenedAuditLog, options: Over): Promise<Checkpointer> {
  const { file, keys, signed, follower, copy, clock } = options;
  let failure: unknown;
  const onFailure = (cause: unknown, isFatal: boolean): void => {
    failure = cause;
    options.onCheckpointFailure(cause, isFatal);
  };
  const checkpointer = await openCheckpoints({
    ...{ auditFile: file, log, signed, clock, onFailure },
    signer: noteSigner(log.origin, follower ?? keys.current),
    ...(follower && { before: noteSigner(log.origin, keys.current) }),
    ...(copy !== undefined && { copy }),
  });
  if (!checkpointer.isHandedOver)
    throw unsigned(`the checkpoint of ${file} that hands over to the next key cannot be written`, failure);
  // A log without any checkpoint is taken for one whose checkpoints were taken away.
  if (checkpointer.signedSize === 0)
    throw unsigned(`the first checkpoint of ${file} cannot be written`, failure);
  return checkpointer;
}

function unsigned(what: string, cause: unknown): AuditOpenError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new AuditOpenError('audit_unwritable', `${what}${why}`, { cause });
}

export function keyAnnounced(verifierKey: string): EventDraft {
  return { event_type: 'log_key_announced', payload: { verifier_key: verifierKey } };
}

/** The one-line form of the key that verifies what a key signs for a log. */
export function verifierKeyOf(origin: string, key: KeyObject): string {
  return `${noteVerifier(origin, createPublicKey(key))}`;
}

/** The key to hand over to, where the log says that the current one was replaced and the key file does not yet. */
async function followerOf(keys: LogKeys, origin: string, file: string): Promise<KeyObject | undefined> {
  const { current, next } = keys;
  const rotation = (await lastRotations(file)).findLast(({ purpose }) => purpose === 'log');
  if (rotation?.old_key !== verifierKeyOf(origin, current)) return undefined;
  if (next !== undefined && rotation.new_key === verifierKeyOf(origin, next)) return next;
  const message = `event ${rotation.sequence} of ${file} replaced the key that the key file holds: put back the key file of after the rotation`;
  throw new AuditOpenError('audit_damaged', message);
}
