import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type AuditLogOptions, openAuditLog } from '../../src/audit/open-audit-log.ts';
import { verifyLog } from '../../src/audit/verify-log.ts';
import { naiveFault } from './naive-verifier.ts';

export const START_MS = Date.UTC(2026, 10, 2, 9, 14, 7, 215);

/** A log file in a directory of its own that goes when the test ends. */
export function tempLogFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'audit-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'events.jsonl');
}

/** Opens a log whose clock stands still unless the test gives one. */
export async function openLog(file: string, options: Partial<AuditLogOptions> = {}) {
  const opened = await openAuditLog({
    file,
    origin: 'log.example/1',
    clock: () => START_MS,
    onCommit: () => undefined,
    ...options,
  });
  onTestFinished(() => opened.log.close());
  return opened;
}

/** Asserts that both verifiers, ours and the independent one, accept the log; answers the number of its events. */
export async function expectHolds(file: string): Promise<number> {
  expect(naiveFault(readFileSync(file), blobsOf(file))).toBeUndefined();
  const verification = await verifyLog(file);
  expect(verification).toMatchObject({ ok: true });
  return verification.events;
}

export function blobsOf(file: string): string {
  return join(file, '..', 'blobs');
}
