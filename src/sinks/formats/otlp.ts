import type { AuditEvent } from '../../audit/event.ts';
import type { LogLine } from '../../audit/read-forward.ts';
import { APP_NAME } from './product.ts';
import { severityOf } from './severity.ts';

/** Numbers and texts of the OpenTelemetry log data model. */
const SEVERITIES = {
  informational: { severityNumber: 9, severityText: 'INFO' },
  low: { severityNumber: 10, severityText: 'INFO2' },
  medium: { severityNumber: 13, severityText: 'WARN' },
  high: { severityNumber: 17, severityText: 'ERROR' },
} as const;

type Attribute = { key: string; value: { stringValue: string } | { intValue: string } };

/**
 * Events as the body of an OTLP/HTTP export of logs. The body of each record is the exact line. Names follow the
 * semantic conventions where they have one; `trace_id` is ours and no W3C trace, so it is an attribute.
 */
export function toOtlp(
  lines: readonly LogLine[],
  { origin, version }: { origin: string; version: string },
): object {
  return {
    resourceLogs: [
      {
        resource: {
          attributes: attributes({
            'service.name': APP_NAME,
            'service.version': version,
            'service.instance.id': origin,
          }),
        },
        scopeLogs: [{ scope: { name: 'aisecops.audit' }, logRecords: lines.map(recordOf) }],
      },
    ],
  };
}

function recordOf({ raw, event }: LogLine): object {
  const timeUnixNano = `${Date.parse(event.timestamp)}000000`;
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    ...SEVERITIES[severityOf(event)],
    eventName: `aisecops.${event.event_type}`,
    body: { stringValue: raw.toString('utf8') },
    attributes: attributes(attributesOf(event)),
  };
}

function attributesOf(event: AuditEvent): Record<string, string | number | undefined> {
  return {
    'gen_ai.operation.name': event.tool_name === undefined ? undefined : 'execute_tool',
    'gen_ai.tool.name': event.tool_name,
    'gen_ai.tool.call.id': event.step_id,
    'gen_ai.agent.id': event.agent_id,
    'gen_ai.agent.name': event.agent_name,
    'aisecops.event_id': event.event_id,
    'aisecops.event_type': event.event_type,
    'aisecops.sequence': event.sequence,
    'aisecops.hash': event.hash,
    'aisecops.trace_id': event.trace_id,
    'aisecops.execution_plan_id': event.execution_plan_id,
    'aisecops.tenant_id': event.tenant_id,
    'aisecops.decision': event.decision,
    'aisecops.decision_stage': event.decision_stage,
    'aisecops.reason': event.reason,
    'aisecops.control': event.control,
    'aisecops.policy_bundle': event.policy_bundle,
  };
}

/** A 64-bit integer is text in the JSON of Protocol Buffers. */
function attributes(values: Readonly<Record<string, string | number | undefined>>): Attribute[] {
  return Object.entries(values).flatMap(([key, value]): Attribute[] => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}
