import { withoutUndefined } from '../json/without-undefined.ts';
import type { EventContext } from './event.ts';

/** What an event shares with the others of its group: for reading groups back, and for going on where one ended. */
export function eventContext(event: EventContext): EventContext {
  const { trace_id, execution_plan_id, tenant_id, agent_id, agent_name, agent_type } = event;
  const { policy_bundle, runtime_mode, budget_context, provenance } = event;
  return withoutUndefined({
    trace_id,
    execution_plan_id,
    tenant_id,
    agent_id,
    agent_name,
    agent_type,
    policy_bundle,
    runtime_mode,
    budget_context,
    provenance,
  });
}
