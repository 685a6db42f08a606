import { access } from 'node:fs/promises';
import { keyRotated, lastRotations } from '../audit/key-rotation.ts';
import { openSignedLog, type SignedLog, verifierKeyOf } from '../audit/open-signed-log.ts';
import { removeKeyDrafts } from '../keys/key-file.ts';
import { keyObjectsOf, makeNextKey, openKeyRing, useNextKey } from '../keys/key-ring.ts';
import { KEY_PURPOSES, type KeyPurpose } from '../keys/signing-keys.ts';
import { assertSeenLog } from '../store/sqlite/seen-log.ts';
import { noteSigner } from '../tlog/note-key.ts';
import {
  AUDIT_FILE,
  auditFileOf,
  BROKEN,
  type Command,
  type Given,
  PERSON,
  personOf,
  type Terminal,
  UsageError,
} from './command.ts';

export const rotateKeyCommand: Command = {
  name: 'keys rotate',
  summary: 'Put a new signing key in the place of one: the log says so, and the old public key stays known',
  options: {
    ...AUDIT_FILE,
    keys: { value: 'FILE', description: 'the key file (data/signing-keys.json)' },
    purpose: { value: 'WHAT', description: `which key: ${KEY_PURPOSES.join(', ')}` },
    store: { value: 'FILE', description: 'the store (data/aisecops.db), which the log is held against' },
    ...PERSON,
    'checkpoint-copy': {
      value: 'FILE',
      description: 'where checkpoints are added as well, as the gateway does',
    },
  },
  exits: {
    [BROKEN]: 'the log is not what was signed: nothing was changed',
    75: 'a gateway is running on this log: stop it first',
    78: 'the key file cannot be used',
  },
  run: rotate,
};

type Call = {
  file: string;
  keyFile: string;
  storeFile: string;
  purpose: KeyPurpose;
  reason: string;
  by: string;
};

/**
 * Only while no gateway runs: the lock of the log's writer is held meanwhile. A crash at any point leaves a log that
 * starts, and calling again ends what was begun.
 */
async function rotate(given: Given, terminal: Terminal): Promise<number> {
  const call = callOf(given);
  await access(call.file);
  const failures: unknown[] = [];
  const keys = keyObjectsOf(await openKeyRing(call.keyFile, 'log'));
  const copy = given['checkpoint-copy'];
  const opened = await openSignedLog({
    ...{ file: call.file, keys, clock: () => Date.now(), onCommit: () => undefined },
    accept: ({ size }, start) => assertSeenLog(call.storeFile, call.file, { start, size }),
    onCheckpointFailure: (cause) => failures.push(cause),
    ...(typeof copy === 'string' && { copy }),
  });
  try {
    await removeKeyDrafts(call.keyFile);
    const isEnded = await endRotation(opened, call);
    if (!isEnded) await changeKey(opened, call);
    await opened.checkpointer.signNow();
    const { checkpointer, log } = opened;
    if (checkpointer.signedSize < log.nextSequence || !checkpointer.isHandedOver) throw failures.at(-1);
    await useNextKey(call.keyFile, call.purpose);
    terminal.out(await sayNew(call, log.origin, isEnded));
    return 0;
  } finally {
    await opened.log.close();
    await opened.checkpointer.close();
  }
}

function callOf(given: Given): Call {
  const { purpose = 'log', keys = 'data/signing-keys.json' } = given;
  if (!KEY_PURPOSES.includes(purpose as KeyPurpose))
    throw new UsageError(`--purpose ${purpose}: there are ${KEY_PURPOSES.join(', ')}`);
  return {
    ...{ file: auditFileOf(given), keyFile: String(keys), purpose: purpose as KeyPurpose },
    storeFile: String(given['store'] ?? 'data/aisecops.db'),
    ...personOf(given),
  };
}

/** Whether an earlier call got as far as the log with this key: then there is only the key file left to change. */
async function endRotation(
  { isHandedOver, log }: SignedLog,
  { file, keyFile, purpose }: Call,
): Promise<boolean> {
  if (purpose === 'log') return isHandedOver;
  const { next } = await openKeyRing(keyFile, purpose);
  if (next === undefined || log.nextSequence === 0) return false;
  return (await lastRotations(file)).some(({ new_key }) => new_key === next.kid);
}

/** The next key is durable before the log names it, and the log names it before anything is signed with it alone. */
async function changeKey({ log, checkpointer }: SignedLog, call: Call): Promise<void> {
  const { keyFile, purpose, reason, by } = call;
  const { current } = await openKeyRing(keyFile, purpose);
  const next = await makeNextKey(keyFile, purpose);
  const isLog = purpose === 'log';
  const old_key = isLog ? verifierKeyOf(log.origin, current.privateKey) : current.kid;
  const new_key = isLog ? verifierKeyOf(log.origin, next.privateKey) : next.kid;
  await log.append({ context: {}, events: [keyRotated({ purpose, old_key, new_key, reason, by })] });
  if (isLog) checkpointer.handOver(noteSigner(log.origin, next.privateKey));
}

async function sayNew({ keyFile, purpose }: Call, origin: string, isEnded: boolean): Promise<string> {
  const { current } = await openKeyRing(keyFile, purpose);
  const key = purpose === 'log' ? verifierKeyOf(origin, current.privateKey) : current.kid;
  return `${isEnded ? 'the rotation that was broken off is at its end; ' : ''}the ${purpose} key is now ${key}\n`;
}
