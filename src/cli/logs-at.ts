import { parseEvent } from '../audit/event-check.ts';
import { decodeLine } from '../audit/line-reader.ts';
import { readLogLines } from '../audit/log-files.ts';
import type { BacktestLog } from '../backtest/backtest.ts';
import { findIngested } from '../ingest/find-ingested.ts';
import { UsageError } from './command.ts';

/**
 * A log and those that its gateway took over, as the gateway itself would read them: all, those of one tenant, or one by
 * its origin. Throws `UsageError` where there is none of that origin.
 */
export async function logsAt(
  auditFile: string,
  { log, tenant_id }: { log?: string; tenant_id?: string } = {},
): Promise<BacktestLog[]> {
  const taken = (await findIngested(auditFile)).filter(
    (one) => tenant_id === undefined || one.tenant_id === tenant_id,
  );
  if (log === undefined) return [{ auditFile }, ...taken];
  const [one] = taken.filter((each) => each.log === log);
  if (one !== undefined) return [one];
  if ((await originAt(auditFile)) === log) return [{ auditFile }];
  throw new UsageError(`--log ${log}: ${auditFile} is not that log, and it has not taken it over`);
}

/** What the first event of a log calls it; nothing where it is none of ours. */
async function originAt(auditFile: string): Promise<unknown> {
  for await (const [first] of readLogLines(auditFile))
    return first === undefined ? undefined : parseEvent(decodeLine(first.raw)).payload?.['origin'];
  return undefined;
}
