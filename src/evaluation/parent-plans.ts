import { LRUCache } from 'lru-cache';
import type { AuditEvent } from '../audit/event.ts';
import type { Facts, ParentFact } from '../decision/facts.ts';
import { dataFlowOf } from '../decision/past-steps.ts';
import { planGraph } from '../plan/graph.ts';
import type { Plan } from '../plan/plan.ts';
import { lowestTrust, TRUST_LEVELS, type TrustLevel } from '../plan/trust-level.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { EventIndex, Span } from '../replay/event-index.ts';

/** Traces of a chain that are kept: one more than a plan may come through. */
const KEPT = 17;
/** Groups of a trace that are read at once for the plan that handed on, where only the trace is named. */
const SPANS = 100;
/** Traces of which it is kept how far they were read. */
const KEPT_TRACES = 1_000;

type Parent = NonNullable<Plan['parent']>;
type Sources = {
  index: Pick<EventIndex, 'trace' | 'decisionsInTrace' | 'spansOfTrace'>;
  readEvents(span: Span): Promise<AuditEvent[]>;
  /** Says what outputs of tools are worth. */
  bundle(): Pick<Bundle, 'grantOf'>;
};

/** Looks up the plans that others name as their parents, as they stand in the log. */
export class ParentPlans {
  readonly #sources: Sources;
  readonly #ways = new LRUCache<string, Ways>({ max: KEPT_TRACES });

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** What is known of a parent; nothing where the tenant has no such trace. */
  async find(parent: Parent, tenantId: string | undefined): Promise<ParentFact | undefined> {
    const entry = await this.#sources.index.trace(parent.trace_id);
    if (entry === undefined || entry.tenant_id !== tenantId) return undefined;
    const { trace_id, execution_plan_id } = parent;
    if (execution_plan_id === undefined) {
      const chain = chainTo(trace_id, await this.#wayTo(trace_id));
      return { chain, status: 'known', trust_level: levelOf(entry.lowest_trust) };
    }
    const { received, isAll } = await this.#received({ trace_id, execution_plan_id });
    const reached = this.#reached(received, parent);
    // Which of many it was, or of those that are gone, nobody can say: so it was the one that was told by the least.
    if (!isAll || entry.purged_events !== undefined || reached.length === 0)
      reached.push(levelOf(entry.lowest_trust));
    const way = received.length === 0 ? await this.#wayTo(trace_id) : received.map(wayOf).reduce(longer, []);
    return { chain: chainTo(trace_id, way), status: 'known', trust_level: lowestTrust(reached) };
  }

  /** `plan_received` of every plan of this id in this trace: an agent may use one again. */
  async #received(plan: { trace_id: string; execution_plan_id: string }) {
    const { index, readEvents } = this.#sources;
    const { spans, isAll } = await index.decisionsInTrace(plan);
    const groups = await Promise.all(spans.map((span) => readEvents(span)));
    return { received: groups.flatMap((events) => receivedIn(events, plan.trace_id) ?? []), isAll };
  }

  /**
   * The longest way to any plan of a trace. A plan that was blocked handed nothing on, so where another was not it is meant.
   * What was read of the trace is not read again: an agent may use one for as long as it lives.
   */
  async #wayTo(traceId: string): Promise<readonly string[]> {
    const { index, readEvents } = this.#sources;
    let ways = this.#ways.get(traceId) ?? { next: 0, ofBlocked: [] };
    for (;;) {
      const spans = await index.spansOfTrace(traceId, ways.next, SPANS);
      for (const events of await Promise.all(spans.map((span) => readEvents(span))))
        ways = withPlan(ways, events, traceId);
      const last = spans.at(-1);
      if (last !== undefined) ways = { ...ways, next: last.last_sequence + 1 };
      if (spans.length < SPANS) break;
    }
    this.#ways.set(traceId, ways);
    return ways.ofPassed ?? ways.ofBlocked;
  }

  /** The least trust that reached the step that is named in each of these plans; where none has it, that reached each plan. */
  #reached(received: readonly AuditEvent[], { step_id }: Parent): TrustLevel[] {
    const flows = received.flatMap(({ payload }) => {
      const { plan, facts } = (payload ?? {}) as { plan?: Plan; facts?: Facts };
      if (plan === undefined || facts === undefined) return [];
      const { graph } = planGraph(plan.steps);
      return { plan, flow: dataFlowOf({ plan, facts, bundle: this.#sources.bundle(), graph }) };
    });
    const ofStep = flows.flatMap(
      ({ plan, flow }) => flow.steps[plan.steps.findIndex((step) => step.step_id === step_id)] ?? [],
    );
    return (ofStep.length > 0 ? ofStep : flows.map(({ flow }) => flow)).map((flow) => flow.lowest_trust);
  }
}

/** Longest ways to the plans of a trace, as far as it was read: up to the event before `next`. */
type Ways = { next: number; ofPassed?: readonly string[]; ofBlocked: readonly string[] };

function withPlan(ways: Ways, events: readonly AuditEvent[], traceId: string): Ways {
  const received = receivedIn(events, traceId);
  if (received === undefined) return ways;
  const way = wayOf(received);
  return isBlocked(events)
    ? { ...ways, ofBlocked: longer(ways.ofBlocked, way) }
    : { ...ways, ofPassed: longer(ways.ofPassed ?? [], way) };
}

function longer(one: readonly string[], other: readonly string[]): readonly string[] {
  return other.length > one.length ? other : one;
}

function receivedIn(events: readonly AuditEvent[], traceId: string): AuditEvent | undefined {
  return events.find(({ event_type, trace_id }) => event_type === 'plan_received' && trace_id === traceId);
}

function isBlocked(events: readonly AuditEvent[]): boolean {
  return events.some(({ event_type, decision }) => event_type === 'decision_made' && decision === 'block');
}

/** The traces that a plan came through. */
function wayOf(received: AuditEvent | undefined): readonly string[] {
  return (received?.payload?.['facts'] as Partial<Facts> | undefined)?.parent?.chain ?? [];
}

/** The way to the parent's trace, the end of it where it is longer than is kept. */
function chainTo(traceId: string, way: readonly string[]): string[] {
  return (way.at(-1) === traceId ? [...way] : [...way, traceId]).slice(-KEPT);
}

function levelOf(level: string | undefined): TrustLevel {
  return TRUST_LEVELS.find((one) => one === level) ?? 'unverified';
}
