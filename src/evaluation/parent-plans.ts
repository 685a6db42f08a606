import type { AuditEvent } from '../audit/event.ts';
import type { Facts, ParentFact } from '../decision/facts.ts';
import { dataFlowOf } from '../decision/past-steps.ts';
import { planGraph } from '../plan/graph.ts';
import type { Plan } from '../plan/plan.ts';
import { TRUST_LEVELS, type TrustLevel } from '../plan/trust-level.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { EventIndex, Span } from '../replay/event-index.ts';

/** Traces of a chain that are kept: one more than a plan may come through. */
const KEPT = 17;
/** Groups of a trace that are looked at for the plan that handed on, where only the trace is named. */
const SPANS = 100;

type Parent = NonNullable<Plan['parent']>;
type Sources = {
  index: Pick<EventIndex, 'trace' | 'decisionInForce' | 'spansOfTrace'>;
  readEvents(span: Span): Promise<AuditEvent[]>;
  /** Says what outputs of tools are worth. */
  bundle(): Pick<Bundle, 'grantOf'>;
};

/** Looks up the plans that others name as their parents, as they stand in the log. */
export class ParentPlans {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** What is known of a parent; nothing where the tenant has no such trace, plan or step. */
  async find(parent: Parent, tenantId: string | undefined): Promise<ParentFact | undefined> {
    const entry = await this.#sources.index.trace(parent.trace_id);
    if (entry === undefined || entry.tenant_id !== tenantId) return undefined;
    const received = await this.#received(parent, tenantId);
    const trust_level =
      parent.execution_plan_id === undefined
        ? levelOf(entry.lowest_trust)
        : this.#reached(received[0], parent);
    if (trust_level === undefined) return undefined;
    return { chain: chainTo(parent.trace_id, received), status: 'known', trust_level };
  }

  /** `plan_received` of the plan that is named, or of those of the trace. */
  async #received({ trace_id, execution_plan_id }: Parent, tenantId = ''): Promise<AuditEvent[]> {
    const { index, readEvents } = this.#sources;
    const spans: Span[] = [];
    if (execution_plan_id === undefined) spans.push(...(await index.spansOfTrace(trace_id, 0, SPANS)));
    else {
      const found = await index.decisionInForce({ execution_plan_id, tenant_id: tenantId });
      if (found !== undefined) spans.push(found.span);
    }
    const groups = await Promise.all(spans.map((span) => readEvents(span)));
    // A plan that was blocked handed nothing on, so of several in a trace another is meant.
    const passed = groups.filter((events) => !isBlocked(events));
    const meant = passed.length > 0 ? passed : groups;
    return meant
      .flat()
      .filter((event) => event.event_type === 'plan_received' && event.trace_id === trace_id);
  }

  /** The least trust that reached the step that is named, or the plan. */
  #reached(received: AuditEvent | undefined, { step_id }: Parent): TrustLevel | undefined {
    const { plan, facts } = (received?.payload ?? {}) as { plan?: Plan; facts?: Facts };
    if (plan === undefined || facts === undefined) return undefined;
    const { graph } = planGraph(plan.steps);
    const flow = dataFlowOf({ plan, facts, bundle: this.#sources.bundle(), graph });
    if (step_id === undefined) return flow.lowest_trust;
    return flow.steps[plan.steps.findIndex((step) => step.step_id === step_id)]?.lowest_trust;
  }
}

function isBlocked(events: readonly AuditEvent[]): boolean {
  return events.some(({ event_type, decision }) => event_type === 'decision_made' && decision === 'block');
}

/** The longest way to the parent's trace, the end of it where it is longer than is kept. */
function chainTo(traceId: string, received: readonly AuditEvent[]): string[] {
  let longest: string[] = [];
  for (const { payload } of received) {
    const chain = (payload?.['facts'] as Partial<Facts> | undefined)?.parent?.chain ?? [];
    if (chain.length > longest.length) longest = chain;
  }
  return (longest.at(-1) === traceId ? longest : [...longest, traceId]).slice(-KEPT);
}

function levelOf(level: string | undefined): TrustLevel {
  return TRUST_LEVELS.find((one) => one === level) ?? 'unverified';
}
