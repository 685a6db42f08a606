import type { AuditEvent } from '../audit/event.ts';
import type { EventIndex, Span } from '../replay/event-index.ts';

/** How many groups of a plan are looked at for its latest decision: outcome, approvals, resubmissions. */
const MAX_GROUPS = 50;

/** Reads the events of decisions on a plan from the log; nothing where the tenant (`*`: any) decided no such plan. */
export class DecisionReader {
  readonly #deps: {
    index: Pick<EventIndex, 'spansOfPlan'>;
    readEvents(span: Span): Promise<AuditEvent[]>;
  };

  constructor(deps: {
    index: Pick<EventIndex, 'spansOfPlan'>;
    readEvents(span: Span): Promise<AuditEvent[]>;
  }) {
    this.#deps = deps;
  }

  /**
   * The decision a plan was run under: the latest allow in mode `enforce`; where there is none, the latest in mode
   * `enforce`. Dry runs and explanations decide nothing. With `agentId`, of this agent alone: ids are chosen by agents,
   * and what one does under an id must not reach what another does under the same.
   */
  async inForce(
    executionPlanId: string,
    tenantId: string,
    agentId?: string,
  ): Promise<AuditEvent[] | undefined> {
    let latest: AuditEvent[] | undefined;
    for (const span of await this.#deps.index.spansOfPlan(executionPlanId, tenantId, MAX_GROUPS)) {
      const events = await this.#deps.readEvents(span);
      const made = events.find((event) => event.event_type === 'decision_made');
      const isMeant =
        made?.payload?.['mode'] === 'enforce' && (agentId === undefined || made.agent_id === agentId);
      if (!isMeant) continue;
      if (made.decision === 'allow') return events;
      latest ??= events;
    }
    return latest;
  }
}
