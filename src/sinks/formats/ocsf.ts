import { createHash } from 'node:crypto';
import type { AuditEvent } from '../../audit/event.ts';
import type { LogLine } from '../../audit/read-forward.ts';
import { withoutUndefined } from '../../json/without-undefined.ts';
import { APP_NAME, PRODUCT, VENDOR } from './product.ts';
import { severityOf } from './severity.ts';

const OCSF_VERSION = '1.9.0';
/** API Activity, of which none of the named activities fits. */
const [CATEGORY, CLASS, OTHER] = [6, 6003, 99];
const SHA_256 = 3;
const SEVERITIES = { informational: 1, low: 2, medium: 3, high: 4 } as const;
const CAPTIONS = { informational: 'Informational', low: 'Low', medium: 'Medium', high: 'High' } as const;

/** What the profile `security_control` says of a decision. What waits for a person is neither allowed nor denied. */
const CONTROLS: Readonly<Record<string, object>> = {
  allow: { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed' },
  block: { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' },
  require_approval: { action_id: 0, action: 'Unknown', disposition_id: 14, disposition: 'Delayed' },
};

/**
 * An event as OCSF API Activity. `raw_data` is the exact line and `raw_data_hash` its digest. The profile
 * `record_integrity` is not claimed: its fingerprint covers the OCSF record, ours covers the line.
 */
export function toOcsf(
  { raw, event }: LogLine,
  { origin, version }: { origin: string; version: string },
): object {
  const severity = severityOf(event);
  const { agent_id, agent_name, policy_bundle } = event;
  return withoutUndefined({
    activity_id: OTHER,
    activity_name: event.event_type,
    category_uid: CATEGORY,
    category_name: 'Application Activity',
    class_uid: CLASS,
    class_name: 'API Activity',
    type_uid: CLASS * 100 + OTHER,
    time: Date.parse(event.timestamp),
    severity_id: SEVERITIES[severity],
    severity: CAPTIONS[severity],
    message: event.reason,
    metadata: metadataOf(event, { origin, version }),
    actor: withoutUndefined({
      app_uid: agent_id,
      app_name: agent_name ?? (agent_id === undefined ? APP_NAME : undefined),
    }),
    api: apiOf(event),
    src_endpoint: { svc_name: agent_name ?? agent_id ?? APP_NAME },
    ...CONTROLS[event.decision ?? ''],
    policy: policy_bundle === undefined ? undefined : { uid: policy_bundle },
    raw_data: raw.toString('utf8'),
    raw_data_size: raw.length,
    raw_data_hash: {
      algorithm_id: SHA_256,
      algorithm: 'SHA-256',
      value: createHash('sha256').update(raw).digest('hex'),
    },
    unmapped: unmappedOf(event),
  });
}

function metadataOf(event: AuditEvent, { origin, version }: { origin: string; version: string }): object {
  return withoutUndefined({
    version: OCSF_VERSION,
    profiles: ['security_control'],
    product: { name: PRODUCT, vendor_name: VENDOR, version },
    log_name: origin,
    log_version: event.schema_version,
    event_code: event.event_type,
    original_event_uid: event.event_id,
    original_time: event.timestamp,
    sequence: event.sequence,
    correlation_uid: event.trace_id,
    tenant_uid: event.tenant_id,
  });
}

function apiOf({ tool_name, event_type, execution_plan_id }: AuditEvent): object {
  return withoutUndefined({
    operation: tool_name ?? event_type,
    request: execution_plan_id === undefined ? undefined : { uid: execution_plan_id },
  });
}

function unmappedOf({ hash, prev_hash, decision, decision_stage, control, step_id }: AuditEvent): object {
  return withoutUndefined({ hash, prev_hash, decision, decision_stage, control, step_id });
}
