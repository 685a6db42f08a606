import { type DataFlow, traceDataFlow } from '../plan/data-flow.ts';
import type { PlanGraph } from '../plan/graph.ts';
import type { Plan } from '../plan/plan.ts';
import { worstSensitivity } from '../plan/sensitivity.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { HistorySubject, PastStep } from '../policy/past.ts';
import type { Facts } from './facts.ts';
import { grantFor } from './granted.ts';

/** The steps of a plan as later plans look back on them, in the plan's own order. */
export function pastSteps({
  plan,
  facts,
  bundle,
  flow,
}: {
  plan: Plan;
  facts: Pick<Facts, 'agent'>;
  bundle: Pick<Bundle, 'grantOf'>;
  flow: DataFlow;
}): PastStep[] {
  return plan.steps.map((step, index) => {
    const grant = grantFor(step.tool_name, { plan, facts, bundle });
    const sensitivity = worstSensitivity(step.sensitivity_level, grant?.sensitivity_level);
    const { lowest_trust, inflows = [] } = flow.steps[index] ?? {};
    const past: PastStep = {
      tool_name: step.tool_name,
      arguments: step.arguments,
      unknown_pointers: inflows.map(({ pointer }) => pointer),
    };
    if (grant !== undefined) past.capability = grant.capability;
    if (sensitivity !== undefined) past.sensitivity_level = sensitivity;
    if (lowest_trust !== undefined) past.lowest_trust = lowest_trust;
    return past;
  });
}

/** How trust flows through a plan, as the stages and the past see it. */
export function dataFlowOf({
  plan,
  facts,
  bundle,
  graph,
}: {
  plan: Plan;
  facts: Pick<Facts, 'agent' | 'parent' | 'trust'>;
  bundle: Pick<Bundle, 'grantOf'>;
  graph: PlanGraph;
}): DataFlow {
  const outputTrustOf = (tool: string) => grantFor(tool, { plan, facts, bundle })?.output_trust ?? 'external';
  // What one step hands on to another plan is worth no more there than it was here.
  const ceiling = facts.parent?.trust_level;
  return traceDataFlow(plan, graph, { ...facts.trust, ...(ceiling && { ceiling }) }, outputTrustOf);
}

/** Whose past a plan looks back on and becomes part of; nobody's where its agent is not known. */
export function historySubject(
  plan: Plan,
  facts: Pick<Facts, 'agent'>,
  traceId: string,
): HistorySubject | undefined {
  if (facts.agent === undefined) return undefined;
  const { agent_id, tenant_id } = facts.agent;
  const { session_id } = plan;
  return { agent_id, tenant_id, trace_id: traceId, ...(session_id === undefined ? {} : { session_id }) };
}
