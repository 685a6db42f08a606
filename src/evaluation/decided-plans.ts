import type { AuditEvent } from '../audit/event.ts';
import { planRef } from '../budgets/plan-ref.ts';
import type { Facts } from '../decision/facts.ts';
import type { Plan } from '../plan/plan.ts';
import type { EventIndex, PlanQuery, Span } from '../replay/event-index.ts';

/** A plan with the decision that is in force on it, as they stand in the log. */
export type DecidedPlan = {
  tenant_id: string;
  agent_id: string | undefined;
  trace_id: string;
  execution_plan_id: string;
  /** What reservations, permits and outcomes are filed under: two agents of one plan id are two plans. */
  ref: string;
  /** `decision_made`. */
  made: AuditEvent;
  plan: Plan;
  /** Absent where the record has none. */
  facts: Facts | undefined;
  /** Where the latest of all decisions on the plan ends. */
  latest_sequence: number;
  /** By step id. */
  decisions: ReadonlyMap<string, string>;
};

/** Reads the decision that a plan was run under from the log. */
export class DecidedPlans {
  readonly #deps: {
    index: Pick<EventIndex, 'decisionInForce'>;
    readEvents(span: Span): Promise<AuditEvent[]>;
  };

  constructor(deps: {
    index: Pick<EventIndex, 'decisionInForce'>;
    readEvents(span: Span): Promise<AuditEvent[]>;
  }) {
    this.#deps = deps;
  }

  /** Nothing where no such plan was decided. Which decision is in force, `PlanQuery` says. */
  async find(query: PlanQuery): Promise<DecidedPlan | undefined> {
    const found = await this.#deps.index.decisionInForce(query);
    if (found === undefined) return undefined;
    const { span, latest_sequence } = found;
    const events = await this.#deps.readEvents(span);
    const received = events.find((event) => event.event_type === 'plan_received');
    const made = events.find((event) => event.event_type === 'decision_made');
    if (received === undefined || made?.trace_id === undefined) return undefined;
    const { agent_id, trace_id, tenant_id = '' } = made;
    const steps = made.payload?.['steps'] as unknown as { step_id: string; decision: string }[];
    return {
      ...{ tenant_id, agent_id, trace_id, made, latest_sequence },
      execution_plan_id: query.execution_plan_id,
      ref: planRef(agent_id, query.execution_plan_id),
      plan: received.payload?.['plan'] as unknown as Plan,
      facts: received.payload?.['facts'] as unknown as Facts | undefined,
      decisions: new Map(steps.map((step) => [step.step_id, step.decision])),
    };
  }
}
