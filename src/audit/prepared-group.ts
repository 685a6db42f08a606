import { canonicalJson, canonicalString } from '../json/canonical.ts';
import { type EventContext, type EventDraft, type EventGroup, SCHEMA_VERSION } from './event.ts';

/** What the lines of a group have in common, as pieces of a canonical line. */
export type GroupFrame = {
  agent: string;
  plan: string;
  bundle: string;
  provenance: string;
  mode: string;
  tenant: string;
  /** Empty for events without a trace. */
  trace: string;
};

/** What one line adds, as pieces of a canonical line. */
export type PreparedEvent = {
  event_type: string;
  /** The members before `event_id`. */
  verdict: string;
  /** Canonical JSON of the payload; empty where there is none. */
  payload: string;
  reason: string;
  step: string;
  tool: string;
};

/** A group as lines with holes: everything but what depends on its place in the log. */
export type PreparedGroup = {
  frame: GroupFrame;
  lines: readonly PreparedEvent[];
  /** What views of the log read. */
  context: EventContext;
  events: readonly EventDraft[];
  /** True where nobody else can have written to its trace: its id was made for this group. */
  new_trace: boolean;
};

/**
 * Makes the lines of a group, as far as they do not depend on its place in the log. Throws a `TypeError` for what has
 * no canonical form.
 *
 * The pieces stand in the order of RFC 8785, so that only payloads are ever sorted.
 */
export function prepareGroup({ context, events, new_trace = false }: EventGroup): PreparedGroup {
  const lines: PreparedEvent[] = [];
  let [step, before]: [StepPieces, EventDraft | undefined] = [NO_STEP, undefined];
  for (const event of events) {
    // Nearly all events of a group are of one step.
    if (event.step_id !== before?.step_id || event.tool_name !== before?.tool_name) step = stepPieces(event);
    lines.push(prepareEvent(event, step));
    before = event;
  }
  return { frame: groupFrame(context), lines, context, events, new_trace };
}

export function groupFrame(context: EventContext): GroupFrame {
  const { provenance } = context;
  return {
    agent:
      member('agent_id', context.agent_id) +
      member('agent_name', context.agent_name) +
      member('agent_type', context.agent_type) +
      member('budget_context', context.budget_context),
    plan: member('execution_plan_id', context.execution_plan_id),
    bundle: member('policy_bundle', context.policy_bundle),
    provenance: provenance === undefined ? '' : `"provenance":${canonicalJson(provenance)},`,
    mode: `${member('runtime_mode', context.runtime_mode)}"schema_version":"${SCHEMA_VERSION}",`,
    tenant: member('tenant_id', context.tenant_id),
    trace: context.trace_id === undefined ? '' : `,"trace_id":${canonicalString(context.trace_id)}`,
  };
}

type StepPieces = Pick<PreparedEvent, 'step' | 'tool'>;

const NO_STEP: StepPieces = { step: '', tool: '' };

function stepPieces({ step_id, tool_name }: EventDraft): StepPieces {
  const tool = tool_name === undefined ? '' : `,"tool_name":${canonicalString(tool_name)}`;
  return { step: member('step_id', step_id), tool };
}

export function prepareEvent(draft: EventDraft, { step, tool } = stepPieces(draft)): PreparedEvent {
  const { payload, payload_text } = draft;
  return {
    event_type: draft.event_type,
    verdict:
      member('control', draft.control) +
      member('decision', draft.decision) +
      member('decision_stage', draft.decision_stage),
    payload: payload_text ?? (payload === undefined ? '' : canonicalJson(payload)),
    reason: member('reason', draft.reason),
    step,
    tool,
  };
}

function member(name: string, value: string | undefined): string {
  return value === undefined ? '' : `"${name}":${canonicalString(value)},`;
}
