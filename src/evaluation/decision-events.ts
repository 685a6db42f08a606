import type { EventContext, EventDraft, EventGroup, EventType } from '../audit/event.ts';
import type { Reservation } from '../budgets/budget.ts';
import type { Decision, StepDecision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { StageName, StageResult, StepResult } from '../decision/stage.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { NormalizedPlan } from '../plan/normalize.ts';
import type { PlanText } from '../plan/texts.ts';

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

const STAGE_EVENTS: Record<StageName, EventType> = {
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
  return {
    context: contextOf(record),
    events: [
      planReceived(record),
      ...record.decision.stages.flatMap(({ stage, result }) => stageEvents(stage, result, record)),
      decisionMade(record),
      ...record.consequences,
    ],
  };
}

/** The tenant a decision belongs to: the caller's own, so that a plan can never write into another tenant's record. */
export function owningTenant(facts: Facts, claimed: string | undefined): string | undefined {
  if (facts.caller.tenant_id !== '*') return facts.caller.tenant_id;
  return facts.agent?.tenant_id ?? claimed;
}

function contextOf({ normalized, facts, decision }: DecisionRecord): EventContext {
  const { agent } = normalized.plan;
  const { origin } = decision.explanation;
  const context: EventContext = {
    trace_id: normalized.envelope.trace_id,
    execution_plan_id: normalized.envelope.execution_plan_id,
    policy_bundle: facts.bundle.version,
    runtime_mode: agent.runtime_mode,
    provenance: { lowest_trust: decision.lowest_trust, ...origin },
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

function planReceived({ normalized, facts, texts }: DecisionRecord): EventDraft {
  const { plan, canonical, envelope } = normalized;
  const { trace_id: _trace, execution_plan_id: _plan, ...rest } = envelope;
  const payload = { envelope: rest, facts, plan, ...(texts === undefined ? {} : { texts }) };
  const draft: EventDraft = { event_type: 'plan_received', ...soleStep(plan.steps), payload };
  // The canonical plan is there since it was hashed, and is not made twice.
  if (texts === undefined) {
    draft.payload_text = `{"envelope":${canonicalJson(rest)},"facts":${canonicalJson(facts)},"plan":${canonical}}`;
  }
  return draft;
}

function stageEvents(stage: StageName, result: StageResult, { normalized }: DecisionRecord): EventDraft[] {
  const event_type = STAGE_EVENTS[stage];
  if (result.steps !== undefined && result.steps.length > 0 && result.decision !== 'skip') {
    return result.steps.map((step) => ({
      event_type,
      decision_stage: stage,
      step_id: step.step_id,
      tool_name: step.tool_name,
      decision: step.decision,
      reason: step.reason,
      ...withPayload(payloadOf(step)),
    }));
  }
  return [
    {
      event_type,
      decision_stage: stage,
      ...soleStep(normalized.plan.steps),
      decision: result.decision,
      reason: result.reason,
      ...withPayload(result.detail),
    },
  ];
}

function withPayload(payload: Record<string, unknown>): Pick<EventDraft, 'payload'> {
  for (const _ in payload) return { payload };
  return {};
}

function payloadOf(step: StepResult): Record<string, unknown> {
  const { step_id: _id, tool_name: _tool, decision: _decision, reason: _reason, ...rest } = step;
  return rest;
}

function decisionMade(record: DecisionRecord): EventDraft {
  const { normalized, decision, reservations } = record;
  const { plan, envelope, plan_hash } = normalized;
  return {
    event_type: 'decision_made',
    ...soleStep(plan.steps),
    decision: decision.decision,
    reason: decision.reason,
    control: decision.control,
    payload: {
      ...(envelope.correlation_id === undefined ? {} : { correlation_id: envelope.correlation_id }),
      durations_us: record.durations,
      explanation: decision.explanation,
      mode: envelope.mode,
      plan_hash,
      ...(reservations.length === 0 ? {} : { reservations }),
      ...(plan.session_id === undefined ? {} : { session_id: plan.session_id }),
      steps: decision.steps.map(stepLine),
      tools: [...new Set(plan.steps.map((step) => step.tool_name))],
    },
  };
}

function stepLine({ capability, control, decision, reason, step_id, tool_name }: StepDecision) {
  return { capability, control, decision, reason, step_id, tool_name };
}

/** An event of a plan with one step names it; with more steps the payload does. */
function soleStep(steps: NormalizedPlan['plan']['steps']): Pick<EventDraft, 'step_id' | 'tool_name'> {
  const [only, second] = steps;
  return only === undefined || second !== undefined
    ? {}
    : { step_id: only.step_id, tool_name: only.tool_name };
}
