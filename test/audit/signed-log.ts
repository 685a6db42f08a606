import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { AuditLogOptions } from '../../src/audit/open-audit-log.ts';
import { openCheckpoints } from '../../src/audit/open-checkpoints.ts';
import { checkSigned, NOTHING_SIGNED } from '../../src/audit/signed-state.ts';
import { noteSigner, noteVerifier } from '../../src/tlog/note-key.ts';
import { openLog } from './log-fixture.ts';

export const ORIGIN = 'log.example/1';
export const LOG_KEY = generateKeyPairSync('ed25519').privateKey;

export const beside = (file: string, name: string): string => join(dirname(file), name);

/** The key that verifies what `key` signs for the log, as it is handed over. */
export function verifierKey(key: KeyObject = LOG_KEY): string {
  return String(noteVerifier(ORIGIN, createPublicKey(key)));
}

/** A log with checkpoints over it, as the recorder wires them; a key is announced when it is new. */
export async function openSignedLog(
  file: string,
  { key = LOG_KEY, copy, ...options }: { key?: KeyObject; copy?: string } & Partial<AuditLogOptions> = {},
) {
  const failures: { cause: unknown; isFatal: boolean }[] = [];
  const time = { nowMs: 1_000 };
  let signed = NOTHING_SIGNED;
  const { log } = await openLog(file, {
    ...options,
    accept: async (found) => {
      signed = await checkSigned(file, found, {
        keys: { current: key, retired: [] },
        ...(copy === undefined ? {} : { copy }),
      });
    },
    onCommit: (_groups, leaves) => checkpoints.take(leaves),
  });
  const checkpoints = await openCheckpoints({
    ...{ auditFile: file, log, signed, clock: () => time.nowMs },
    signer: noteSigner(log.origin, key),
    onFailure: (cause, isFatal) => failures.push({ cause, isFatal }),
    ...(copy === undefined ? {} : { copy }),
  });
  const announce = () =>
    log.append({
      context: {},
      events: [{ event_type: 'log_key_announced', payload: { verifier_key: verifierKey(key) } }],
    });
  const close = async (): Promise<void> => {
    await log.close();
    await checkpoints.close();
  };
  return { log, checkpoints, isKeyNew: !signed.isKeyKnown, failures, time, announce, close };
}
