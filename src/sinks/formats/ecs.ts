import type { LogLine } from '../../audit/read-forward.ts';
import { withoutUndefined } from '../../json/without-undefined.ts';
import { APP_NAME, PRODUCT, VENDOR } from './product.ts';
import { severityOf } from './severity.ts';

const ECS_VERSION = '8.17.0';
const SEVERITIES = { informational: 1, low: 3, medium: 5, high: 8 } as const;
const LEVELS = { informational: 'info', low: 'notice', medium: 'warning', high: 'error' } as const;
const OUTCOMES: Readonly<Record<string, string>> = { allow: 'success', block: 'failure' };
const TYPES: Readonly<Record<string, string>> = { allow: 'allowed', block: 'denied' };

/** An event as Elastic Common Schema. `event.original` is the exact line, so what was stored can be verified. */
export function toEcs(
  { raw, event }: LogLine,
  { origin, version }: { origin: string; version: string },
): object {
  const { decision = '', reason, trace_id, tenant_id, policy_bundle } = event;
  const { agent_id, agent_name, agent_type, tool_name, execution_plan_id, step_id, control } = event;
  const severity = severityOf(event);
  return withoutUndefined({
    '@timestamp': event.timestamp,
    ecs: { version: ECS_VERSION },
    message: [event.event_type, event.decision, reason].filter((word) => word !== undefined).join(' '),
    event: withoutUndefined({
      kind: 'event',
      module: 'aisecops',
      dataset: 'aisecops.audit',
      action: event.event_type,
      type: [TYPES[decision] ?? 'info'],
      outcome: OUTCOMES[decision] ?? 'unknown',
      reason,
      id: event.event_id,
      sequence: event.sequence,
      hash: event.hash,
      severity: SEVERITIES[severity],
      original: raw.toString('utf8'),
    }),
    log: { level: LEVELS[severity], logger: origin },
    observer: { vendor: VENDOR, product: PRODUCT, name: APP_NAME, version },
    trace: trace_id === undefined ? undefined : { id: trace_id },
    organization: tenant_id === undefined ? undefined : { id: tenant_id },
    rule: policy_bundle === undefined ? undefined : { ruleset: policy_bundle },
    // ECS means by `agent` what ships logs.
    aisecops: withoutUndefined({
      ...{ decision: event.decision, control, agent_id, agent_name, agent_type },
      ...{ tool_name, execution_plan_id, step_id, prev_hash: event.prev_hash },
    }),
  });
}
