import type { Facts, SourceTrust } from '../decision/facts.ts';
import type { Plan, Source } from '../plan/plan.ts';
import type { RatingContext, TrustAnswer, TrustRegistry } from '../trust/trust-registry.ts';
import { lowerDerived, type RatedSource } from './derived-trust.ts';

/** Signatures of one plan that are checked, in its own order; each costs as much as a hundred rules. */
const MAX_CHECKS = 64;

/** What the trust registry says of every source of a plan, as facts. */
export function rateSources(
  registry: TrustRegistry,
  plan: Plan,
  of: Omit<RatingContext, 'checks'>,
): Facts['trust'] {
  const context = { ...of, checks: { left: MAX_CHECKS } };
  const rate = (source: Source): SourceTrust => factOf(source, registry.rate(source, context));
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
    (name) => registry.worthOf(name, of.tenantId),
  );
  return { plan: ofPlan, steps };
}

/** Members stand in the order of their names: what is canonical already is recorded at half the cost. */
function factOf(source: Source, answer: TrustAnswer): SourceTrust {
  const { trust_level: claimed, source_type, source_name } = source;
  return {
    basis: answer.basis,
    ...(claimed === undefined ? {} : { claimed }),
    ...(answer.key_id === undefined ? {} : { key_id: answer.key_id }),
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
    ...(source_name === undefined ? {} : { source_name }),
    source_type,
    trust_level: answer.trust_level,
  };
}

function pair(sources: readonly Source[], facts: readonly SourceTrust[]): RatedSource[] {
  return sources.flatMap((source, index) => {
    const fact = facts[index];
    return fact === undefined ? [] : [{ source, fact }];
  });
}
