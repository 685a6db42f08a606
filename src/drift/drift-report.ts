import type { PairCounts, WindowCounts } from './decision-counts.ts';
import { stabilityIndex } from './stability.ts';

export const DRIFT_STATES = ['drifted', 'new', 'vanished', 'shifting', 'stable', 'too_few'] as const;
export type DriftState = (typeof DRIFT_STATES)[number];

/** From this index on a mix is shifting, and has drifted. */
export const SHIFTING = 0.1;
export const DRIFTED = 0.25;
/** Fewer decisions than this on either side say nothing of a mix. */
export const MIN_SAMPLE = 50;
/** A tool that an agent used this often before and not at all now has vanished. */
const VANISHED_SHARE = 0.05;
const DECISIONS = ['allow', 'require_approval', 'block'];

/** How the decisions on one tool of one agent are now and were before. */
export type PairDrift = {
  tenant_id: string;
  agent_id: string;
  tool_name: string;
  baseline: Record<string, number>;
  current: Record<string, number>;
  index: number;
  status: DriftState;
};

/** How often a rule matches now and did before, out of all plans. */
export type RuleDrift = {
  rule: string;
  baseline: number;
  current: number;
  index: number;
  status: DriftState;
};

/** Pairs that moved most first. Pure. */
export function pairDrifts(baseline: WindowCounts, current: WindowCounts): PairDrift[] {
  const [before, after] = [agentTotals(baseline), agentTotals(current)];
  const keys = new Set([...baseline.pairs.keys(), ...current.pairs.keys()]);
  const drifts = [...keys].map((key): PairDrift => {
    const [was, is] = [baseline.pairs.get(key), current.pairs.get(key)];
    const { tenant_id, agent_id, tool_name } = (is ?? was) as PairCounts;
    const agent = agentKey({ tenant_id, agent_id });
    const [wasCounts, isCounts] = [was?.decisions ?? {}, is?.decisions ?? {}];
    const index = stabilityIndex(listed(wasCounts), listed(isCounts));
    const status = statusOf({
      ...{ index, was: totalOf(wasCounts), is: totalOf(isCounts) },
      ...{ agentWas: before.get(agent) ?? 0, agentIs: after.get(agent) ?? 0 },
    });
    return { tenant_id, agent_id, tool_name, baseline: wasCounts, current: isCounts, index, status };
  });
  return drifts.toSorted(byState);
}

export function ruleDrifts(baseline: WindowCounts, current: WindowCounts): RuleDrift[] {
  const rules = new Set([...baseline.rules.keys(), ...current.rules.keys()]);
  const isEnough = baseline.plans >= MIN_SAMPLE && current.plans >= MIN_SAMPLE;
  const drifts = [...rules].map((rule): RuleDrift => {
    const [was, is] = [baseline.rules.get(rule) ?? 0, current.rules.get(rule) ?? 0];
    // A rule may match several steps of one plan.
    const split = (hits: number, plans: number) => [Math.min(hits, plans), Math.max(0, plans - hits)];
    const index = stabilityIndex(split(was, baseline.plans), split(is, current.plans));
    return { rule, baseline: was, current: is, index, status: isEnough ? mixState(index) : 'too_few' };
  });
  return drifts.toSorted(byState);
}

type Measured = { index: number; was: number; is: number; agentWas: number; agentIs: number };

function statusOf({ index, was, is, agentWas, agentIs }: Measured): DriftState {
  if (was === 0) return agentWas >= MIN_SAMPLE ? 'new' : 'too_few';
  if (is === 0) {
    const wasUsed = was >= agentWas * VANISHED_SHARE;
    return wasUsed && agentWas >= MIN_SAMPLE && agentIs >= MIN_SAMPLE ? 'vanished' : 'too_few';
  }
  return was >= MIN_SAMPLE && is >= MIN_SAMPLE ? mixState(index) : 'too_few';
}

function mixState(index: number): DriftState {
  if (index >= DRIFTED) return 'drifted';
  return index >= SHIFTING ? 'shifting' : 'stable';
}

function agentTotals({ pairs }: WindowCounts): Map<string, number> {
  const totals = new Map<string, number>();
  for (const pair of pairs.values()) {
    const key = agentKey(pair);
    totals.set(key, (totals.get(key) ?? 0) + totalOf(pair.decisions));
  }
  return totals;
}

function agentKey({ tenant_id, agent_id }: Pick<PairCounts, 'tenant_id' | 'agent_id'>): string {
  return `${tenant_id}\n${agent_id}`;
}

function listed(counts: Readonly<Record<string, number>>): number[] {
  return DECISIONS.map((decision) => counts[decision] ?? 0);
}

function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function byState(a: { status: DriftState; index: number }, b: { status: DriftState; index: number }): number {
  return DRIFT_STATES.indexOf(a.status) - DRIFT_STATES.indexOf(b.status) || b.index - a.index;
}
