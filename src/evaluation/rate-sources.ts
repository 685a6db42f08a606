import type { Facts, SourceTrust } from '../decision/facts.ts';
import type { Plan, Source } from '../plan/plan.ts';
import type { TrustRegistry } from '../trust/trust-registry.ts';
import { lowerDerived, type RatedSource } from './derived-trust.ts';

/** What the trust registry says of every source of a plan, as facts. */
export function rateSources(
  registry: TrustRegistry,
  plan: Plan,
  tenantId: string | undefined,
): Facts['trust'] {
  const rate = (source: Source): SourceTrust => factOf(source, registry.rate(source, tenantId));
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
    (name) => registry.worthOf(name, tenantId),
  );
  return { plan: ofPlan, steps };
}

/** Members stand in the order of their names: what is canonical already is recorded at half the cost. */
function factOf(source: Source, answer: Pick<SourceTrust, 'basis' | 'trust_level'>): SourceTrust {
  const { trust_level: claimed, source_type, source_name } = source;
  return {
    basis: answer.basis,
    ...(claimed === undefined ? {} : { claimed }),
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
