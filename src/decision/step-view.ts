import { byIdentity } from '../json/by-identity.ts';
import { type StepFlow, taintOf } from '../plan/data-flow.ts';
import type { Step } from '../plan/plan.ts';
import { worstSensitivity } from '../plan/sensitivity.ts';
import type { PlanStepView, PlanView, StepView } from '../policy/bundle.ts';
import { grantFor } from './granted.ts';
import type { StepHistory } from './plan-history.ts';
import type { StageInput } from './stage.ts';

type ViewInput = Omit<StageInput, 'envelope' | 'earlier'>;

/**
 * What rules may see of a step. Identity comes from the agent's record where there is one, never from the plan's
 * claim: a rule for one agent must not be dodged by describing oneself as another.
 */
export function stepView(index: number, input: ViewInput, past?: StepHistory): StepView {
  const { plan, facts, bundle, flow } = input;
  const step = plan.steps[index];
  const stepFlow = flow.steps[index];
  if (step === undefined || stepFlow === undefined) throw new Error(`the plan has no step ${index}`);
  const grant = grantFor(step.tool_name, { plan, facts, bundle });
  const sensitivity = worstSensitivity(step.sensitivity_level, grant?.sensitivity_level);
  const view: StepView = {
    step_id: step.step_id,
    tool_name: step.tool_name,
    arguments: step.arguments,
    instruction_trust: stepFlow.own_trust,
    lowest_trust: stepFlow.lowest_trust,
    source_types: stepFlow.source_types,
    findings: facts.guard.findings.filter(({ pointer }) => concerns(pointer, index)),
    taintOf: (pointer) => taintOf(stepFlow, pointer),
    unknown_pointers: unknownPointers(stepFlow),
    runtime_mode: plan.agent.runtime_mode,
    plan: () => planView(input),
    now: facts.now,
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

function unknownPointers({ inflows }: StepFlow): string[] {
  return inflows.map((inflow) => inflow.pointer);
}

const planView = byIdentity(({ plan, facts, bundle, flow }: ViewInput): PlanView => {
  const viewOf = (step: Step, index: number): PlanStepView => {
    const grant = grantFor(step.tool_name, { plan, facts, bundle });
    const sensitivity = worstSensitivity(step.sensitivity_level, grant?.sensitivity_level);
    const stepFlow = flow.steps[index];
    return {
      step_id: step.step_id,
      tool_name: step.tool_name,
      lowest_trust: stepFlow?.lowest_trust ?? 'unverified',
      arguments: step.arguments,
      unknown_pointers: stepFlow === undefined ? [] : unknownPointers(stepFlow),
      ...(sensitivity === undefined ? {} : { sensitivity_level: sensitivity }),
    };
  };
  const view: PlanView = { steps: plan.steps.map(viewOf) };
  if (plan.metadata !== undefined) view.metadata = plan.metadata;
  return view;
});
