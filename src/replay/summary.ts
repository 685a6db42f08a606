import type { AuditEvent } from '../audit/event.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { withoutUndefined } from '../json/without-undefined.ts';
import type { TraceEntry } from './event-index.ts';

type StageLine = { stage: string; decision?: string; reason?: string; step_id?: string; tool_name?: string };

/** `GET /replay/{trace_id}/summary`: what the latest plan of a trace came to, control by control. */
export type TraceEvidence = Omit<TraceEntry, 'head'> & {
  provenance: JsonObject;
  capability_result: JsonObject;
  policy_result: JsonObject;
  governance_result: JsonObject;
  approval_result?: JsonObject;
  execution_result?: JsonObject;
  stages: StageLine[];
};

/** How a decision reads as the status of a finished check. */
const STATUS: Record<string, string> = {
  allow: 'allowed',
  block: 'blocked',
  require_approval: 'approval_required',
  skip: 'skipped',
};
const SEVERITY = ['skip', 'allow', 'require_approval', 'block'];

/** The summary of a trace's latest decision from its events. */
export function evidenceOf(summary: Omit<TraceEntry, 'head'>, events: readonly AuditEvent[]): TraceEvidence {
  const made = events.findLast((event) => event.event_type === 'decision_made');
  const latest = made === undefined ? [] : eventsOfDecision(events, made);
  const approval = approvalResult(events);
  const execution = executionResult(events);
  return {
    ...summary,
    provenance: provenanceOf(made),
    capability_result: capabilityResult(latest),
    policy_result: policyResult(latest),
    governance_result: governanceResult(made),
    ...(approval === undefined ? {} : { approval_result: approval }),
    ...(execution === undefined ? {} : { execution_result: execution }),
    stages: latest.flatMap(stageLine),
  };
}

/** The events of the decision that `made` concludes: from its `plan_received` on. */
function eventsOfDecision(events: readonly AuditEvent[], made: AuditEvent): AuditEvent[] {
  const end = events.indexOf(made);
  const start = events.findLastIndex(
    (event, index) =>
      index < end &&
      event.event_type === 'plan_received' &&
      event.execution_plan_id === made.execution_plan_id,
  );
  return events.slice(Math.max(0, start), end + 1);
}

function provenanceOf(made: AuditEvent | undefined): JsonObject {
  if (made === undefined) return {};
  const { agent_id, agent_type, tenant_id, runtime_mode, execution_plan_id, policy_bundle, budget_context } =
    made;
  return withoutUndefined({
    agent_id,
    agent_type,
    tenant_id,
    runtime_mode,
    execution_plan_id,
    policy_bundle,
    budget_context,
    ...made.provenance,
  });
}

function capabilityResult(events: readonly AuditEvent[]): JsonObject {
  const event = worst(events.filter((candidate) => candidate.event_type === 'capability_checked'));
  if (event === undefined) return { status: 'skipped' };
  return withoutUndefined({
    capability: event.payload?.['capability'],
    status: statusOf(event),
    reason: event.reason,
    tool_name: event.tool_name,
  });
}

function policyResult(events: readonly AuditEvent[]): JsonObject {
  const event = worst(events.filter((candidate) => candidate.event_type === 'policy_evaluated'));
  if (event === undefined) return { status: 'skipped' };
  const matched = event.payload?.['matched_rules'];
  const rules = Array.isArray(matched) ? matched.flatMap((rule) => idOf(rule)) : [];
  return withoutUndefined({
    policy: rules[0],
    matched_rules: rules,
    status: statusOf(event),
    reason: event.reason,
    tool_name: event.tool_name,
  });
}

function governanceResult(made: AuditEvent | undefined): JsonObject {
  if (made === undefined) return { outcome: 'open' };
  const explanation = made.payload?.['explanation'];
  return withoutUndefined({
    outcome: made.decision,
    control: made.control,
    reason: made.reason,
    explanation: memberOf(explanation, 'summary'),
    risk_score: memberOf(explanation, 'risk_score'),
    risk_level: memberOf(explanation, 'risk_level'),
    remedy: memberOf(explanation, 'remedy'),
  });
}

const APPROVAL_EVENTS: Record<string, string> = {
  approval_requested: 'pending',
  approval_granted: 'approved',
  approval_rejected: 'rejected',
  approval_expired: 'expired',
  approval_cancelled: 'cancelled',
  approval_consumed: 'consumed',
};

function approvalResult(events: readonly AuditEvent[]): JsonObject | undefined {
  const event = events.findLast((candidate) => Object.hasOwn(APPROVAL_EVENTS, candidate.event_type));
  if (event === undefined) return undefined;
  const approvalId = event.payload?.['approval_id'] ?? memberOf(event.payload?.['approval'], 'approval_id');
  const status = event.payload?.['status'] ?? APPROVAL_EVENTS[event.event_type];
  return withoutUndefined({ approval_id: approvalId, status, at: event.timestamp });
}

function executionResult(events: readonly AuditEvent[]): JsonObject | undefined {
  const event = events.findLast((candidate) => candidate.event_type === 'execution_completed');
  if (event === undefined) return undefined;
  return withoutUndefined({ status: event.payload?.['status'], at: event.timestamp });
}

function stageLine(event: AuditEvent): StageLine[] {
  if (event.decision_stage === undefined) return [];
  const { decision_stage: stage, decision, reason, step_id, tool_name } = event;
  return [withoutUndefined({ stage, decision, reason, step_id, tool_name }) as StageLine];
}

function worst(events: readonly AuditEvent[]): AuditEvent | undefined {
  return [...events].sort(
    (a, b) => SEVERITY.indexOf(b.decision ?? '') - SEVERITY.indexOf(a.decision ?? ''),
  )[0];
}

function statusOf(event: AuditEvent): string | undefined {
  return event.decision === undefined ? undefined : (STATUS[event.decision] ?? event.decision);
}

function idOf(rule: JsonValue): string[] {
  const id = memberOf(rule, 'id');
  return typeof id === 'string' ? [id] : [];
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value[name] : undefined;
}
