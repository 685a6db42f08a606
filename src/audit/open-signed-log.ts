import { createPublicKey, type KeyObject } from 'node:crypto';
import { noteSigner, noteVerifier } from '../tlog/note-key.ts';
import { AuditOpenError } from './audit-error.ts';
import type { OpenedAuditLog } from './audit-log.ts';
import type { Checkpointer } from './checkpointer.ts';
import { lastRotations } from './key-rotation.ts';
import { type AuditLogOptions, type AuditRecovery, openAuditLog } from './open-audit-log.ts';
import { openCheckpoints } from './open-checkpoints.ts';
import { checkSigned, type LogKeys, NOTHING_SIGNED, type Signed } from './signed-state.ts';

export type SignedLogOptions = AuditLogOptions & {
  keys: LogKeys;
  /** A second history of checkpoints. */
  copy?: string;
  onCheckpointFailure: (cause: unknown, isFatal: boolean) => void;
};

export type SignedLog = {
  log: OpenedAuditLog;
  checkpointer: Checkpointer;
  recovery: AuditRecovery;
  /** A rotation that was broken off is at its end: the next key signs, and the key file MUST be told. */
  isHandedOver: boolean;
  /** Writes the key that signs into the log, where it never signed before. Call when `onCommit` can take it. */
  announce(): Promise<void>;
};

/**
 * Opens a log with the checkpoints over it: what was found is held against the newest, and a first one is signed over
 * what is new. Throws as `openAuditLog` and `checkSigned`.
 */
export async function openSignedLog(options: SignedLogOptions): Promise<SignedLog> {
  const { file, keys } = options;
  let signed = NOTHING_SIGNED;
  let follower: KeyObject | undefined;
  const { log, recovery } = await openAuditLog({
    ...options,
    accept: async (found) => {
      signed = await checkSigned(file, found, keys);
      if (found.origin !== undefined) follower = await followerOf(keys, found.origin, file);
      await options.accept?.(found);
    },
    onCommit: (groups, leaves) => {
      checkpointer.take(leaves);
      return options.onCommit(groups, leaves);
    },
  });
  const checkpointer = await openOver(log, { ...options, signed, follower }).catch(async (error) => {
    await log.close();
    throw error;
  });
  return {
    ...{ log, checkpointer, recovery, isHandedOver: follower !== undefined },
    announce: async () => {
      if (signed.isKeyKnown || follower !== undefined) return;
      const payload = { verifier_key: verifierKeyOf(log.origin, keys.current) };
      await log.append({ context: {}, events: [{ event_type: 'log_key_announced', payload }] });
    },
  };
}

type Over = SignedLogOptions & { signed: Signed; follower: KeyObject | undefined };

async function openOver(log: OpenedAuditLog, options: Over): Promise<Checkpointer> {
  const { file, keys, signed, follower, copy, clock, onCheckpointFailure: onFailure } = options;
  const checkpointer = await openCheckpoints({
    ...{ auditFile: file, log, signed, clock, onFailure },
    signer: noteSigner(log.origin, follower ?? keys.current),
    ...(follower && { before: noteSigner(log.origin, keys.current) }),
    ...(copy !== undefined && { copy }),
  });
  if (checkpointer.isHandedOver) return checkpointer;
  const message = `the checkpoint of ${file} that hands over to the next key cannot be written`;
  throw new AuditOpenError('audit_unwritable', message);
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
