import type { JsonObject } from '../json/value.ts';

export const SCHEMA_VERSION = '1.0';

export const EVENT_TYPES = [
  'log_opened',
  'plan_received',
  'identity_checked',
  'guard_inspected',
  'capability_checked',
  'policy_evaluated',
  'budget_checked',
  'approval_checked',
  'decision_made',
  'permit_issued',
  'permit_used',
  'permit_consumed',
  'approval_requested',
  'approval_granted',
  'approval_rejected',
  'approval_expired',
  'approval_cancelled',
  'approval_consumed',
  'execution_started',
  'tool_executed',
  'output_inspected',
  'execution_completed',
  'budget_settled',
  'policy_published',
  'policy_activated',
  'policy_activation_requested',
  'policy_activation_confirmed',
  'policy_activation_cancelled',
  'policy_activation_expired',
  'policy_activation_failed',
  'policy_load_failed',
  'agent_registered',
  'agent_updated',
  'agent_suspended',
  'agent_resumed',
  'content_remembered',
  'trust_source_registered',
  'trust_source_updated',
  'trust_source_revoked',
  'trust_source_restored',
  'trust_key_added',
  'trust_key_revoked',
  'token_created',
  'token_revoked',
  'access_denied',
  'audit_recovered',
  'log_key_announced',
  'key_rotated',
  'evidence_exported',
  'drift_detected',
  'sink_failing',
  'sink_recovered',
  'sink_repositioned',
  'sink_retried',
  'segment_opened',
  'segment_purged',
  'state_carried',
  'audit_origin_registered',
  'audit_ingested',
  'audit_ingest_refused',
  'hold_placed',
  'hold_released',
  'clock_stepped',
  'gateway_started',
  'gateway_stopped',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Members an event shares with the others of its group: who, for which plan, in which trace. */
export type EventContext = {
  trace_id?: string;
  execution_plan_id?: string;
  tenant_id?: string;
  agent_id?: string;
  agent_name?: string;
  agent_type?: string;
  policy_bundle?: string;
  runtime_mode?: string;
  budget_context?: string;
  provenance?: JsonObject;
};

/** What one event adds to its context. */
export type EventDraft = {
  event_type: EventType;
  step_id?: string;
  tool_name?: string;
  decision_stage?: string;
  decision?: string;
  reason?: string;
  control?: string;
  /** Redacted already: what stands here is hashed and written as it is. */
  payload?: Record<string, unknown>;
  /** Canonical JSON of the payload, where its maker has it; then `payload` need hold no more than views read. */
  payload_text?: string;
};

/** Events that become durable together or not at all; all of one trace, or of none. */
export type EventGroup = {
  context: EventContext;
  events: EventDraft[];
  /** True where the id of the trace was made for this group, so that nobody can have written to it. */
  new_trace?: boolean;
};

/** One line of the log. Members without a value are absent. */
export type AuditEvent = EventContext &
  Omit<EventDraft, 'payload' | 'payload_text'> & {
    schema_version: string;
    event_id: string;
    sequence: number;
    trace_sequence?: number;
    trace_prev_hash?: string;
    payload?: JsonObject;
    timestamp: string;
    prev_hash: string;
    hash: string;
  };

/** What the caller of an append keeps: which events became durable. */
export type Receipt = {
  last_sequence: number;
  /** Hash of the last event. */
  hash: string;
  first_event_id: string;
  last_event_id: string;
};

/** Where a group stands in a log: what the index stores. */
export type CommittedGroup = Receipt & {
  context: EventContext;
  /** Those that views read; all of them, where it is not known which those are. */
  events: readonly EventDraft[];
  first_sequence: number;
  /** Byte offset of the first line in the file, and length in bytes of all lines with their newlines. */
  offset: number;
  bytes: number;
  timestamp: string;
  /** `trace_sequence` of the last event; absent for events without a trace. */
  trace_sequence?: number;
};

/** An event of which a view of the log could not read what it says, by the sequences of the group it stands in. */
export type UnreadableEvent = { first_sequence: number; last_sequence: number; problem: string };

/** The last event of a trace, from which the next one continues. */
export type TraceHead = { trace_sequence: number; hash: string };
