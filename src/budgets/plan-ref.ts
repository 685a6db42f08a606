/**
 * Names a plan within a tenant: agents choose the ids of their plans, so an id means a plan only together with its
 * agent.
 */
export function planRef(agentId: string | undefined, executionPlanId: string): string {
  return agentId === undefined ? executionPlanId : JSON.stringify([agentId, executionPlanId]);
}
