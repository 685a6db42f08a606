import type { EventType } from '../audit/event.ts';

/**
 * Where values stand that came from outside: `value` is one, whatever is in it; `placed` is a text together with the
 * pointer of where it stood in what was submitted; `quoting` a text of the gateway that may quote a value of the plan.
 * All else is structure of the gateway, which it reads back.
 */
export type Foreign =
  | 'value'
  | 'placed'
  | 'quoting'
  | { each: Foreign }
  | { members: { readonly [name: string]: Foreign } };

const members = (named: { readonly [name: string]: Foreign }): Foreign => ({ members: named });
const each = (item: Foreign): Foreign => ({ each: item });
const NONE = members({});

const SOURCES = each(members({ signature: 'value' }));
const PLAN = members({
  metadata: 'value',
  provenance: SOURCES,
  steps: each(members({ arguments: 'value', provenance: SOURCES })),
});
const REVIEWS = each(members({ note: 'value' }));
const APPROVAL = members({ granted_by: REVIEWS, closed_by: members({ note: 'value' }), plan: PLAN });
const AGENT = members({ description: 'value' });
const TRUST_SOURCE = members({ source: members({ description: 'value' }) });
const HOLD = members({ reason: 'value', released: members({ reason: 'value' }) });
const CLOSED = members({ note: 'value' });
const REASONED = members({ reason: 'value' });
const FAILED = members({ error: 'value' });
const NOTED = members({ note: 'value' });
const REQUEST = members({ note: 'value', confirmed_by: each(NOTED) });

/**
 * The foreign values in the payload of each type of event. Names of members are judged only there: no name that an
 * operator gives can reach what the gateway needs of its own events. A new type of event MUST say what of it is foreign.
 */
export const FOREIGN_VALUES: Record<EventType, Foreign> = {
  plan_received: members({ plan: PLAN, texts: each('placed') }),
  approval_requested: members({ approval: APPROVAL }),
  approval_granted: members({ note: 'value', granted_by: REVIEWS }),
  approval_rejected: CLOSED,
  approval_cancelled: CLOSED,
  approval_expired: CLOSED,
  tool_executed: FAILED,
  agent_registered: members({ agent: AGENT }),
  agent_updated: members({ agent: AGENT }),
  agent_suspended: members({ agent: AGENT }),
  agent_resumed: members({ agent: AGENT }),
  trust_source_registered: TRUST_SOURCE,
  trust_source_updated: TRUST_SOURCE,
  trust_source_revoked: TRUST_SOURCE,
  trust_source_restored: TRUST_SOURCE,
  trust_key_added: TRUST_SOURCE,
  trust_key_revoked: TRUST_SOURCE,
  access_denied: members({ path: 'value' }),
  audit_ingest_refused: members({ message: 'value' }),
  hold_placed: members({ hold: HOLD }),
  hold_released: REASONED,
  key_rotated: REASONED,
  sink_failing: FAILED,
  state_carried: members({
    agents: each(members({ agent: AGENT })),
    approvals: each(APPROVAL),
    holds: each(HOLD),
    policies: each(members({ record: REQUEST })),
    trust_sources: each(TRUST_SOURCE),
  }),
  policy_published: members({ publication: NOTED }),
  policy_activated: members({ activation: NOTED, request: REQUEST }),
  policy_activation_requested: members({ note: 'value', request: REQUEST }),
  policy_activation_confirmed: members({ note: 'value', request: REQUEST }),
  policy_activation_cancelled: members({ note: 'value', request: REQUEST }),
  policy_activation_expired: members({ note: 'value', request: REQUEST }),
  policy_activation_failed: members({ reason: 'value', request: REQUEST }),
  policy_load_failed: members({ problems: each(members({ message: 'value' })) }),
  content_remembered: NONE,
  log_opened: NONE,
  identity_checked: NONE,
  guard_inspected: NONE,
  capability_checked: members({ errors: each(members({ message: 'quoting' })) }),
  policy_evaluated: members({ considered: each(members({ detail: 'quoting' })) }),
  budget_checked: NONE,
  approval_checked: NONE,
  decision_made: NONE,
  permit_issued: NONE,
  permit_used: NONE,
  permit_consumed: NONE,
  approval_consumed: NONE,
  execution_started: NONE,
  output_inspected: NONE,
  execution_completed: NONE,
  budget_settled: NONE,
  token_created: NONE,
  token_revoked: NONE,
  audit_recovered: NONE,
  audit_origin_registered: NONE,
  audit_ingested: NONE,
  log_key_announced: NONE,
  evidence_exported: NONE,
  drift_detected: NONE,
  sink_recovered: NONE,
  sink_repositioned: NONE,
  sink_retried: NONE,
  segment_opened: NONE,
  segment_purged: NONE,
  clock_stepped: NONE,
  gateway_started: NONE,
  gateway_stopped: NONE,
};
