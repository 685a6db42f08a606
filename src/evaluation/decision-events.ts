import type { EventContext, EventDraft, EventGroup, EventType } from '../audit/event.ts';
import type { Reservation } from '../budgets/budget.ts';
import type { Decision, StepDecision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { StageName, StageResult, StepResult } from '../decision/stage.ts';
import { canonicalJson, canonicalString } from '../json/canonical.ts';
import type { NormalizedPlan } from '../plan/normalize.ts';
import type { Envelope, Plan } from '../plan/plan.ts';
import type { PlanText } from '../plan/texts.ts';
import { factsText } from './facts-text.ts';

/** Everything that is recorded of a decision. */
export type DecisionRecord = {
  normalized: NormalizedPlan;
  facts: Facts;
  decision: Decision;
  /** Microseconds of each stage, in pipeline order. */
  durations: readonly number[];
  reservations: readonly Reservation[];
  /** The texts the plan came with, where the configuration says that they are kept. */
  texts?: readonly PlanText[];
  /** What follows from the decision and becomes durable with it: approval, permit. */
  consequences: readonly EventDraft[];
};

/** The event that each stage leaves. */
export const STAGE_EVENTS: Record<StageName, EventType> = {
  identity: 'identity_checked',
  local_enforcement: 'guard_inspected',
  capability: 'capability_checked',
  policy: 'policy_evaluated',
  budget: 'budget_checked',
  approval: 'approval_checked',
};

/**
 * The events of one decision, in order: `plan_received` with the plan and all facts (from which the decision can be
 * made again), one event for each stage (for each step where the stage judges steps), `decision_made`, and what
 * follows from it.
 */
export function decisionEvents(record: DecisionRecord): EventGroup {
  const events: EventDraft[] = [planReceived(record)];
  for (const { stage, result } of record.decision.stages) addStageEvents(events, { stage, result, record });
  events.push(decisionMade(record));
  for (const event of record.consequences) events.push(event);
  return { context: contextOf(record), events, new_trace: !record.normalized.names_trace };
}

/** The tenant a decision belongs to: the caller's own, so that a plan can never write into another tenant's record. */
export function owningTenant(facts: Facts, claimed: string | undefined): string | undefined {
  if (facts.caller.tenant_id !== '*') return facts.caller.tenant_id;
  return facts.agent?.tenant_id ?? claimed;
}

function contextOf({ normalized, facts, decision }: DecisionRecord): EventContext {
  const { agent } = normalized.plan;
  const { source_name, source_type, trust_level } = decision.explanation.origin;
  const provenance: Record<string, string> = { lowest_trust: decision.lowest_trust };
  if (source_name !== undefined) provenance['source_name'] = source_name;
  if (source_type !== undefined) provenance['source_type'] = source_type;
  provenance['trust_level'] = trust_level;
  const context: EventContext = {
    trace_id: normalized.envelope.trace_id,
    execution_plan_id: normalized.envelope.execution_plan_id,
    policy_bundle: facts.bundle.version,
    runtime_mode: agent.runtime_mode,
    provenance,
  };
  const tenant = owningTenant(facts, agent.tenant_id);
  if (tenant !== undefined) context.tenant_id = tenant;
  const agentId = agent.agent_id ?? facts.agent?.agent_id;
  if (agentId !== undefined) context.agent_id = agentId;
  const agentName = agent.agent_name ?? facts.agent?.agent_name;
  if (agentName !== undefined) context.agent_name = agentName;
  const agentType = agent.agent_type ?? facts.agent?.agent_type;
  if (agentType !== undefined) context.agent_type = agentType;
  if (agent.budget_context !== undefined) context.budget_context = agent.budget_context;
  return context;
}

/** The canonical plan is there since it was hashed, and is not made twice. */
function planReceived({ normalized, facts, texts }: DecisionRecord): EventDraft {
  const { plan, canonical, envelope } = normalized;
  const read = texts === undefined ? '' : `,"texts":${canonicalJson(texts.map(withoutOperator))}`;
  const payload_text = `{"envelope":${envelopeText(envelope)},"facts":${factsText(facts)},"plan":${canonical}${read}}`;
  return withSoleStep({ event_type: 'plan_received', payload_text }, plan);
}

/** What an operator is given is a part of the plan, which is there. */
function withoutOperator({ operator: _, ...text }: PlanText): PlanText {
  return text;
}

/** The ids of trace and plan stand in every line and are not repeated. */
function envelopeText(envelope: Envelope): string {
  const { approval_id, correlation_id, mode, request_permit, supported_obligations } = envelope;
  const supported =
    supported_obligations === undefined
      ? ''
      : `,"supported_obligations":${canonicalJson(supported_obligations)}`;
  return (
    `{${approval_id === undefined ? '' : `"approval_id":${canonicalString(approval_id)},`}` +
    `${correlation_id === undefined ? '' : `"correlation_id":${canonicalString(correlation_id)},`}` +
    `"mode":"${mode}","request_permit":${request_permit}${supported}}`
  );
}

function addStageEvents(
  events: EventDraft[],
  { stage, result, record }: { stage: StageName; result: StageResult; record: DecisionRecord },
): void {
  const event_type = STAGE_EVENTS[stage];
  const { decision, reason, steps, detail } = result;
  if (steps === undefined || steps.length === 0 || decision === 'skip') {
    const draft: EventDraft = { event_type, decision_stage: stage, decision, reason };
    events.push(withPayload(withSoleStep(draft, record.normalized.plan), detail));
    return;
  }
  for (const step of steps) {
    const { step_id, tool_name } = step;
    const draft: EventDraft = {
      ...{ event_type, decision_stage: stage, step_id, tool_name },
      decision: step.decision,
      reason: step.reason,
    };
    events.push(withPayload(draft, payloadOf(step)));
  }
}

/** With the payload, where there is anything in it. */
function withPayload(draft: EventDraft, payload: Record<string, unknown>): EventDraft {
  for (const _member in payload) {
    draft.payload_text = canonicalJson(payload);
    break;
  }
  return draft;
}

/** What a step result says beyond the members of its event, in the order of the names. */
function payloadOf(step: StepResult): Record<string, unknown> {
  const payload: Record<string, unknown> = {};
  if (step.arguments_hash !== undefined) payload['arguments_hash'] = step.arguments_hash;
  if (step.capability !== undefined) payload['capability'] = step.capability;
  if (step.considered !== undefined) payload['considered'] = step.considered;
  if (step.demand !== undefined) payload['demand'] = step.demand;
  if (step.doubtful_rules !== undefined) payload['doubtful_rules'] = step.doubtful_rules;
  if (step.errors !== undefined) payload['errors'] = step.errors;
  if (step.matched_rules !== undefined) payload['matched_rules'] = step.matched_rules;
  if (step.message !== undefined) payload['message'] = step.message;
  if (step.obligations !== undefined) payload['obligations'] = step.obligations;
  if (step.shadow_rules !== undefined) payload['shadow_rules'] = step.shadow_rules;
  return payload;
}

function decisionMade({ normalized, decision, durations, reservations }: DecisionRecord): EventDraft {
  const { plan, envelope, plan_hash } = normalized;
  const { mode, correlation_id } = envelope;
  const read = {
    correlation_id,
    mode,
    parent_trace_id: plan.parent?.trace_id,
    reservations: reservations.length === 0 ? undefined : reservations,
    session_id: plan.session_id,
    tools: toolsOf(plan),
  };
  const payload = {
    correlation_id: read.correlation_id,
    durations_us: durations,
    explanation: decision.explanation,
    mode,
    notify: channelsOf(decision.steps),
    parent_trace_id: read.parent_trace_id,
    plan_hash,
    reservations: read.reservations,
    session_id: read.session_id,
    steps: decision.steps.map(stepLine),
    tools: read.tools,
  };
  const draft: EventDraft = {
    event_type: 'decision_made',
    decision: decision.decision,
    reason: decision.reason,
    control: decision.control,
    payload: read,
    payload_text: canonicalJson(payload),
  };
  return withSoleStep(draft, plan);
}

function toolsOf({ steps }: Plan): string[] {
  const tools: string[] = [];
  for (const { tool_name } of steps) if (!tools.includes(tool_name)) tools.push(tool_name);
  return tools;
}

/** Who is to be told of the decision; sorted, nothing where nobody is. */
function channelsOf(steps: readonly StepDecision[]): string[] | undefined {
  const channels = steps.flatMap(({ obligations }) =>
    obligations.flatMap((obligation) => (obligation.type === 'notify' ? obligation.channels : [])),
  );
  return channels.length === 0 ? undefined : [...new Set(channels)].sort();
}

function stepLine({ capability, control, decision, reason, step_id, tool_name }: StepDecision) {
  return { capability, control, decision, reason, step_id, tool_name };
}

/** An event of a plan with one step names it; with more steps the payload does. */
function withSoleStep(draft: EventDraft, { steps }: Plan): EventDraft {
  const [only] = steps;
  if (only !== undefined && steps.length === 1) {
    draft.step_id = only.step_id;
    draft.tool_name = only.tool_name;
  }
  return draft;
}
