import type { AuditEvent } from '../../audit/event.ts';
import type { GraphBuilder, NodeIds } from './graph.ts';

/** Adds what remains of plans that were purged: a plan without steps, and what the events that are left tell of it. */
export function addRemains(
  builder: GraphBuilder,
  remains: ReadonlyMap<string, readonly AuditEvent[]>,
  { idOf, addLater }: { idOf: NodeIds; addLater: (event: AuditEvent, key: string) => void },
): void {
  for (const [execution_plan_id, events] of remains) {
    // A plan that is sent again under the same id is another node.
    const key = `${execution_plan_id}#purged`;
    const plan = idOf('plan', key);
    const made = events.find(({ event_type }) => event_type === 'decision_made');
    builder.node({
      id: plan,
      type: 'plan',
      label: execution_plan_id,
      status: 'purged',
      sequence: events[0]?.sequence ?? 0,
    });
    if (made !== undefined) {
      const { decision = '', reason = '', sequence } = made;
      const outcome = idOf('outcome', key);
      builder.node({
        id: outcome,
        type: 'outcome',
        label: `${decision}: ${reason}`,
        status: decision,
        sequence,
      });
      builder.edge(plan, outcome, 'next');
    }
    for (const event of events) {
      addStep(builder, { event, key, plan, idOf });
      addLater(event, key);
    }
  }
}

function addStep(
  builder: GraphBuilder,
  { event, key, plan, idOf }: { event: AuditEvent; key: string; plan: string; idOf: NodeIds },
): void {
  const { event_type, step_id, tool_name = '', sequence } = event;
  if (event_type !== 'tool_executed' || step_id === undefined) return;
  const id = idOf('step', key, step_id);
  builder.node({ id, type: 'step', label: tool_name, sequence });
  builder.edge(plan, id, 'contains');
}
