import { readFile } from 'node:fs/promises';
import { checkpointPaths } from '../audit/checkpoint-file.ts';
import { proveEvent } from '../audit/prove-event.ts';
import {
  AUDIT_FILE,
  auditFileOf,
  BROKEN,
  type Command,
  type Given,
  type Terminal,
  UsageError,
} from './command.ts';

export const proofCommand: Command = {
  name: 'audit proof',
  summary: 'Prove that an event stands in the log (c2sp.org/tlog-proof)',
  options: {
    ...AUDIT_FILE,
    sequence: { value: 'N', description: 'the sequence of the event' },
    checkpoint: { value: 'FILE', description: 'the signed note to prove it to (the newest beside the log)' },
  },
  exits: { [BROKEN]: 'the log is not what the checkpoint was signed over' },
  run: prove,
};

async function prove(given: Given, terminal: Terminal): Promise<number> {
  const file = auditFileOf(given);
  const sequence = given['sequence'];
  if (typeof sequence !== 'string' || !/^\d{1,15}$/.test(sequence))
    throw new UsageError('--sequence N is needed: a whole number');
  const note = await readFile(String(given['checkpoint'] ?? checkpointPaths(file).latest), 'utf8');
  try {
    terminal.out(await proveEvent(file, Number(sequence), note));
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--sequence: ${error.message}`);
    throw error;
  }
  return 0;
}
