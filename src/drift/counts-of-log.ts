import { logFiles } from '../audit/log-files.ts';
import { type LoggedDecision, loggedDecisions } from '../evaluation/logged-decisions.ts';
import { readable } from '../evaluation/readable.ts';
import { type DecisionCounts, KEPT_MS } from './decision-counts.ts';

/** No more than this of the end of a log is read: counts that begin later are said to. */
const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * Counts what the log says of the last days, up to byte `to`, a chunk at a time between which others have their turn. Resolves
 * with the time from which on everything is counted.
 */
export async function countLog(
  auditFile: string,
  { to, nowMs, counts, signal }: { to: number; nowMs: number; counts: DecisionCounts; signal: AbortSignal },
): Promise<number> {
  const [first] = await logFiles(auditFile);
  const from = Math.max(first?.offset ?? 0, to - MAX_BYTES);
  const isAll = from === (first?.offset ?? 0);
  let since = isAll ? nowMs - KEPT_MS : undefined;
  for await (const { decisions } of loggedDecisions(auditFile, { from, to })) {
    signal.throwIfAborted();
    for (const decision of decisions) {
      const atMs = await countOne(decision, nowMs, counts);
      since ??= atMs;
    }
  }
  return Math.max(since ?? nowMs, nowMs - KEPT_MS);
}

async function countOne(
  logged: LoggedDecision,
  nowMs: number,
  counts: DecisionCounts,
): Promise<number | undefined> {
  const made = readable(() => logged.made);
  if (made === undefined) return undefined;
  const atMs = Date.parse(made.timestamp);
  const { tenant_id = '', agent_id = '', decision = '', payload = {} } = made;
  if (payload['mode'] !== 'enforce' || atMs < nowMs - KEPT_MS) return atMs;
  const rules = await logged.matchedRules().catch(() => []);
  counts.add({ atMs, tenant_id, agent_id, decision, rules, tools: (payload['tools'] ?? []) as string[] });
  return atMs;
}
