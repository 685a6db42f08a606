import type { ApprovalDemand } from './bundle.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { onEvery } from './person-name.ts';

/**
 * One demand that satisfies every rule that asks: the shortest time, the highest number of people, and only
 * people whom every rule accepts. `undefined` where the rules name approvers and none is accepted by all: then
 * no approval could satisfy them, and the caller MUST block.
 */
export function mergeDemands(
  rules: readonly Pick<CompiledRule, 'approval' | 'hash'>[],
): ApprovalDemand | undefined {
  const demand: ApprovalDemand = { ttl_ms: Infinity, required: 0, approvers: [], rule_hashes: [] };
  const named: (readonly string[])[] = [];
  for (const { approval, hash } of rules) {
    demand.rule_hashes.push(hash);
    if (approval === undefined) continue;
    demand.ttl_ms = Math.min(demand.ttl_ms, approval.ttl_ms);
    demand.required = Math.max(demand.required, approval.required);
    if (approval.approvers.length > 0) named.push(approval.approvers);
  }
  if (rules.length > 1) demand.rule_hashes.sort();
  if (named.length === 0) return demand;
  demand.approvers = [...onEvery(named)].sort();
  return demand.approvers.length === 0 ? undefined : demand;
}
