import type { KeyObject } from 'node:crypto';
import type { NoteVerifier } from '../tlog/note-key.ts';
import type { Subject } from './record.ts';

/** One thing that was looked at. Nothing stands for another, and what nobody could look at is said to be so. */
export type BundleCheck = {
  name:
    | 'files'
    | 'attestation'
    | 'integrity'
    | 'selection'
    | 'inclusion'
    | 'signer'
    | 'checkpoints'
    | 'policies'
    | 'reproduction'
    | 'readings'
    | 'logs';
  result: 'holds' | 'broken' | 'not_shown';
  message: string;
};

export type BundleReport = {
  /** False where anything is broken. */
  ok: boolean;
  /** What it is about; absent where nothing can be told. */
  kind?: Subject['kind'] | 'logs';
  trace_id?: string;
  /** Of a bundle of one log: its origin. */
  origin?: string;
  checks: BundleCheck[];
  /** Of a bundle of bundles: that of each log in which something fits. */
  logs?: BundleReport[];
};

/** What was kept elsewhere: a signed note, or a history with one a line. `source` names it to people. */
export type OutsideCheckpoints = { source: string; text: string };

export type BundleKeys = {
  /** Who may have signed the checkpoint, from a source that is trusted. */
  log: readonly NoteVerifier[];
  /** Who may have signed the attestation. */
  evidence: readonly { kid: string; publicKey: KeyObject }[];
  /** Checkpoints of the log that were kept elsewhere. */
  checkpoints?: readonly OutsideCheckpoints[];
};

const SHOWN_FAULTS = 5;

/** Holds where there are no faults, and says so in these words. */
export function check(name: BundleCheck['name'], faults: readonly string[], holds: string): BundleCheck {
  if (faults.length === 0) return { name, result: 'holds', message: holds };
  const more = faults.length > SHOWN_FAULTS ? `; and ${faults.length - SHOWN_FAULTS} more` : '';
  return { name, result: 'broken', message: `${faults.slice(0, SHOWN_FAULTS).join('; ')}${more}` };
}

/** The value of a JSON file; nothing where it is missing or none. */
export function jsonOf(content: Buffer | undefined): unknown {
  try {
    return content === undefined ? undefined : JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}
