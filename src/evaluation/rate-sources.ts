import type { Facts, SourceTrust } from '../decision/facts.ts';
import type { Plan, Source } from '../plan/plan.ts';
import type { TrustRegistry } from '../trust/trust-registry.ts';

/** What the trust registry says of every source of a plan, as facts. */
export function rateSources(
  registry: TrustRegistry,
  plan: Plan,
  tenantId: string | undefined,
): Facts['trust'] {
  const rate = (source: Source): SourceTrust => {
    const { trust_level: claimed, source_type, source_name } = source;
    const answer = registry.rate(source, tenantId);
    return {
      basis: answer.basis,
      ...(claimed === undefined ? {} : { claimed }),
      ...(source_name === undefined ? {} : { source_name }),
      source_type,
      trust_level: answer.trust_level,
    };
  };
  const steps: Record<string, SourceTrust[]> = {};
  for (const step of plan.steps) {
    if (step.provenance.length > 0) steps[step.step_id] = step.provenance.map(rate);
  }
  return { plan: plan.provenance.map(rate), steps };
}
