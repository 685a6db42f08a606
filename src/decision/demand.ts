import { onEvery } from '../policy/person-name.ts';
import type { Demand } from './stage.ts';

/**
 * One approval that satisfies all demands: shortest time, most people, and only approvers whom every demand admits
 * (an empty list admits anyone). `conflict` where no person could satisfy them all; `undefined` of no demands.
 */
export function mergeDemands(demands: readonly Demand[]): Demand | 'conflict' | undefined {
  if (demands.length === 0) return undefined;
  const lists = demands.map((demand) => demand.approvers).filter((names) => names.length > 0);
  const approvers = onEvery(lists);
  if (lists.length > 0 && approvers.length === 0) return 'conflict';
  return {
    ttl_ms: Math.min(...demands.map((demand) => demand.ttl_ms)),
    required: Math.max(...demands.map((demand) => demand.required)),
    approvers: unique(approvers),
    rule_hashes: unique(demands.flatMap((demand) => demand.rule_hashes)),
  };
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}
