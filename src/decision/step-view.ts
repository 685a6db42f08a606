import { taintOf } from '../plan/data-flow.ts';
import { worstSensitivity } from '../plan/sensitivity.ts';
import type { StepView } from '../policy/bundle.ts';
import { grantedCapabilities } from './granted.ts';
import type { StepHistory } from './plan-history.ts';
import type { StageInput } from './stage.ts';

/**
 * What rules may see of a step. Identity comes from the agent's record where there is one, never from the plan's
 * claim: a rule for one agent must not be dodged by describing oneself as another.
 */
export function stepView(
  index: number,
  { plan, facts, bundle, flow }: Omit<StageInput, 'envelope' | 'earlier'>,
  past?: StepHistory,
): StepView {
  const step = plan.steps[index];
  const stepFlow = flow.steps[index];
  if (step === undefined || stepFlow === undefined) throw new Error(`the plan has no step ${index}`);
  const grant = bundle.grantOf(step.tool_name, grantedCapabilities({ plan, facts }));
  const sensitivity = worstSensitivity(step.sensitivity_level, grant?.sensitivity_level);
  const view: StepView = {
    tool_name: step.tool_name,
    arguments: step.arguments,
    lowest_trust: stepFlow.lowest_trust,
    source_types: stepFlow.source_types,
    findings: facts.guard.findings.filter(({ pointer }) => concerns(pointer, index)),
    taintOf: (pointer) => taintOf(stepFlow, pointer),
    unknown_pointers: stepFlow.inflows.map((inflow) => inflow.pointer),
    runtime_mode: plan.agent.runtime_mode,
  };
  describeAgent(view, facts.agent);
  if (past !== undefined) view.historyOf = past.countOf;
  if (plan.environment !== undefined) view.environment = plan.environment;
  if (plan.session_id !== undefined) view.session_id = plan.session_id;
  if (grant !== undefined) view.capability = grant.capability;
  if (sensitivity !== undefined) view.sensitivity_level = sensitivity;
  return view;
}

function describeAgent(view: StepView, agent: StageInput['facts']['agent']): void {
  if (agent === undefined) return;
  view.agent_id = agent.agent_id;
  view.tenant_id = agent.tenant_id;
  if (agent.groups !== undefined) view.groups = agent.groups;
  // An agent without a name of its own goes by its id, so that rules that name agents are never in doubt of it.
  view.agent_name = agent.agent_name ?? agent.agent_id;
  if (agent.agent_type !== undefined) view.agent_type = agent.agent_type;
}

/** A finding in the prompt or the plan's sources concerns every step; one inside a step only that step. */
function concerns(pointer: string, index: number): boolean {
  return !pointer.startsWith('/steps/') || pointer.startsWith(`/steps/${index}/`);
}
