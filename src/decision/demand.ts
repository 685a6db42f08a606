import type { Demand } from './stage.ts';

/** One approval that satisfies them all: shortest time, most people, every named approver; `undefined` of none. */
export function mergeDemands(demands: readonly Demand[]): Demand | undefined {
  if (demands.length === 0) return undefined;
  return {
    ttl_ms: Math.min(...demands.map((demand) => demand.ttl_ms)),
    required: Math.max(...demands.map((demand) => demand.required)),
    approvers: unique(demands.flatMap((demand) => demand.approvers)),
    rule_hashes: unique(demands.flatMap((demand) => demand.rule_hashes)),
  };
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}
