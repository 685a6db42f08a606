import type { AuditEvent } from './event.ts';

/** Which events somebody wants to see. All given members must hold. */
export type EventFilter = {
  event_type?: string;
  decision?: string;
  agent_id?: string;
  tool_name?: string;
  tenant_id?: string;
  trace_id?: string;
};

export function matchesEvent(event: AuditEvent, filter: EventFilter): boolean {
  return (
    (filter.event_type === undefined || event.event_type === filter.event_type) &&
    (filter.decision === undefined || event.decision === filter.decision) &&
    (filter.agent_id === undefined || event.agent_id === filter.agent_id) &&
    (filter.tool_name === undefined || namesTool(event, filter.tool_name)) &&
    (filter.tenant_id === undefined || event.tenant_id === filter.tenant_id) &&
    (filter.trace_id === undefined || event.trace_id === filter.trace_id)
  );
}

/** A decision over several steps names its tools in the payload. */
function namesTool(event: AuditEvent, tool: string): boolean {
  if (event.tool_name !== undefined) return event.tool_name === tool;
  const tools = event.payload?.['tools'];
  return Array.isArray(tools) && tools.includes(tool);
}
