import type { Facts, SourceTrust } from '../decision/facts.ts';
import type { Plan, Source } from '../plan/plan.ts';
import { lowerTrust, type TrustLevel } from '../plan/trust-level.ts';
import type { RatingContext, TrustAnswer, TrustRegistry } from '../trust/trust-registry.ts';
import { lowerDerived, type RatedSource } from './derived-trust.ts';

/** Signatures of one plan that are checked, in its own order; each costs as much as a hundred rules. */
const MAX_CHECKS = 64;

/** What the trust registry says of every source of a plan, as facts. */
export function rateSources(
  registry: TrustRegistry,
  plan: Plan,
  of: Omit<RatingContext, 'checks'>,
  remembered: (contentHash: string) => TrustLevel | undefined,
): Facts['trust'] {
  const context = { ...of, checks: { left: MAX_CHECKS } };
  const rate = (source: Source): SourceTrust => {
    const answer = registry.rate(source, context);
    return factOf(source, answer, worthBefore(source, answer, remembered));
  };
  const ofPlan = plan.provenance.map(rate);
  const steps: Record<string, SourceTrust[]> = {};
  for (const step of plan.steps) {
    if (step.provenance.length > 0) steps[step.step_id] = step.provenance.map(rate);
  }
  lowerDerived(
    [
      ...pair(plan.provenance, ofPlan),
      ...plan.steps.flatMap((step) => pair(step.provenance, steps[step.step_id] ?? [])),
    ],
    (name) => registry.worthOf(name, of.tenantId) ?? remembered(name),
    remembered,
  );
  return { plan: ofPlan, steps };
}

/**
 * What the content of a memory or a message was worth before, where that is less: whoever reads it back does not know where
 * it came from. What the registry vouches for is not lowered by who repeated it.
 */
function worthBefore(
  { source_type, content_hash }: Source,
  { basis, trust_level }: TrustAnswer,
  remembered: (contentHash: string) => TrustLevel | undefined,
): TrustLevel | undefined {
  if (source_type !== 'memory' && source_type !== 'agent_message') return undefined;
  if (basis !== 'default' || content_hash === undefined) return undefined;
  const before = remembered(content_hash);
  return before === undefined || lowerTrust(before, trust_level) === trust_level ? undefined : before;
}

/** Members stand in the order of their names: what is canonical already is recorded at half the cost. */
function factOf(source: Source, answer: TrustAnswer, before: TrustLevel | undefined): SourceTrust {
  const { trust_level: claimed, source_type, source_name } = source;
  const reason = before === undefined ? answer.reason : 'content_seen_below';
  return {
    basis: before === undefined ? answer.basis : 'remembered',
    ...(claimed === undefined ? {} : { claimed }),
    ...(answer.key_id === undefined ? {} : { key_id: answer.key_id }),
    ...(reason === undefined ? {} : { reason }),
    ...(source_name === undefined ? {} : { source_name }),
    source_type,
    trust_level: before ?? answer.trust_level,
  };
}

function pair(sources: readonly Source[], facts: readonly SourceTrust[]): RatedSource[] {
  return sources.flatMap((source, index) => {
    const fact = facts[index];
    return fact === undefined ? [] : [{ source, fact }];
  });
}
