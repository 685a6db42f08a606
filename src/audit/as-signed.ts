import { AuditLineError, AuditOpenError } from './audit-error.ts';
import { placedIn } from './log-files.ts';
import { reportLog } from './log-report.ts';
import { assertNeverSigned } from './unsigned-tail.ts';

export type AsSignedOptions = {
  /** A second history of checkpoints, where one is kept. */
  copy?: string;
  onProgress?: (events: number) => void;
};

/**
 * Reads a whole log: every line MUST hold, and be what the checkpoints beside it, and in the copy, were signed over. Who
 * signed them is not asked. Throws `AuditLineError` for the first line that does not hold, and `AuditOpenError` `audit_damaged` for a log that
 * is another than the one that was signed, or has lost what was signed over it.
 */
export async function assertAsSigned(
  auditFile: string,
  { copy, onProgress }: AsSignedOptions = {},
): Promise<void> {
  const report = await reportLog(auditFile, {
    ...{ keys: [], checkpointFiles: copy === undefined ? [] : [copy] },
    ...(onProgress && { onProgress }),
  });
  const { first_bad } = report.integrity;
  if (first_bad !== undefined) {
    const { sequence, offset, reason, message } = first_bad;
    throw await placedIn(auditFile, new AuditLineError(reason, message), { offset, after: sequence - 1 });
  }
  const { checkpoints, faults } = report.completeness;
  if (checkpoints === 0) await assertNeverSigned(auditFile);
  const [fault] = faults;
  if (fault !== undefined) throw new AuditOpenError('audit_damaged', `${auditFile}: ${fault.message}`);
}
