import { LogReader } from '../../audit/log-reader.ts';
import type { LogStart } from '../../audit/log-start.ts';
import { hashBefore } from '../../audit/read-groups.ts';
import { assertSameLog } from '../catch-up.ts';
import { appliedIn } from './applied-position.ts';

/**
 * Holds a log against what the store beside it has seen; neither is changed, and a store that is not there says nothing.
 * Rejects with `store_log_mismatch` as `assertSameLog`.
 */
export async function assertSeenLog(
  storeFile: string,
  auditFile: string,
  log: { start: LogStart; size: number },
): Promise<void> {
  const hashAt = (offset: number) => hashBefore(new LogReader(auditFile), offset);
  await assertSameLog(appliedIn(storeFile), { ...log, hashBefore: hashAt });
}
