import { isAtOrBelow } from '../json/pointer.ts';
import type { ApprovalDemand, Obligation } from './bundle.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { onEvery } from './person-name.ts';

/**
 * Everything the rules ask to be changed in the arguments, whatever their order: redactions together, caps by
 * the smallest. A cap on something that is redacted anyway is left out.
 */
export function mergeObligations(rules: readonly CompiledRule[]): Obligation[] {
  if (rules.every(({ obligations }) => obligations.length === 0)) return [];
  const redacted = new Set<string>();
  const caps = new Map<string, number>();
  for (const obligation of rules.flatMap(({ obligations }) => obligations)) {
    if (obligation.type === 'redact_argument') redacted.add(obligation.path);
    else caps.set(obligation.path, Math.min(obligation.max, caps.get(obligation.path) ?? Infinity));
  }
  const isRedacted = (path: string) => [...redacted].some((above) => isAtOrBelow(path, above));
  const redactions = [...redacted].sort().map((path): Obligation => ({ type: 'redact_argument', path }));
  const kept = [...caps].filter(([path]) => !isRedacted(path)).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...redactions, ...kept.map(([path, max]): Obligation => ({ type: 'cap_argument', path, max }))];
}

/**
 * One demand that satisfies every rule that asks: the shortest time, the highest number of people, and only
 * people whom every rule accepts. `undefined` where the rules name approvers and none is accepted by all: then
 * no approval could satisfy them, and the caller MUST block.
 */
export function mergeDemands(rules: readonly CompiledRule[]): ApprovalDemand | undefined {
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
