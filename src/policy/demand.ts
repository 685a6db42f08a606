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
  const asked = rules.flatMap(({ approval }) => approval ?? []);
  const named = asked.map(({ approvers }) => approvers).filter((approvers) => approvers.length > 0);
  const approvers = onEvery(named);
  if (named.length > 0 && approvers.length === 0) return undefined;
  return {
    ttl_ms: Math.min(...asked.map(({ ttl_ms }) => ttl_ms)),
    required: Math.max(...asked.map(({ required }) => required)),
    approvers: [...approvers].sort(),
    rule_hashes: rules.map(({ hash }) => hash).sort(),
  };
}
