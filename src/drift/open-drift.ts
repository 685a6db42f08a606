import { countLog } from './counts-of-log.ts';
import { DecisionCounts } from './decision-counts.ts';
import { Drift, type DriftDeps } from './drift.ts';

const CHECK_EVERY_MS = 60_000;

type Sources = Omit<DriftDeps, 'counts'> & {
  auditFile: string;
  /** Bytes of the log when counting begins: what is decided from then on is counted as it is decided. */
  logSize: number;
  upkeep: {
    once(work: (signal: AbortSignal) => Promise<unknown>): void;
    every(ms: number, work: () => Promise<unknown>): void;
  };
};

/** Counts what is decided from now on, and beside that what was recorded before; looks for drift once a minute. */
export function openDrift({ auditFile, logSize, upkeep, ...deps }: Sources) {
  const counts = new DecisionCounts();
  const drift = new Drift({ ...deps, counts });
  upkeep.once(async (signal) => {
    drift.countedSince(await countLog(auditFile, { to: logSize, nowMs: deps.clock(), counts, signal }));
    await drift.check();
  });
  upkeep.every(CHECK_EVERY_MS, () => drift.check());
  return {
    drift,
    count: (answer: Answer, owner: Owner) => countAnswer(counts, deps.clock(), { answer, owner }),
  };
}

type Answer = {
  mode: string;
  decision: string;
  steps: readonly { tool_name: string; matched_rules: readonly { id: string }[] }[];
};
type Owner = { tenant_id: string | undefined; agent_id: string | undefined };

function countAnswer(
  counts: DecisionCounts,
  atMs: number,
  { answer: { mode, decision, steps }, owner }: { answer: Answer; owner: Owner },
): void {
  // A dry run and an explanation decide nothing.
  if (mode !== 'enforce') return;
  const { tenant_id = '', agent_id = '' } = owner;
  const tools: string[] = [];
  const rules: string[] = [];
  for (const { tool_name, matched_rules } of steps) {
    if (!tools.includes(tool_name)) tools.push(tool_name);
    for (const { id } of matched_rules) rules.push(id);
  }
  counts.add({ atMs, tenant_id, agent_id, decision, tools, rules });
}
