import type { LogLine } from '../../audit/read-forward.ts';
import { PRODUCT, VENDOR } from './product.ts';
import { severityOf } from './severity.ts';

const SEVERITIES = { informational: 1, low: 4, medium: 6, high: 8 } as const;
/** What some reader may take for the end of a line or an instruction to a terminal. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * An event as ArcSight CEF, one line. It names the event and its hash; the line itself would not fit, so what is to be
 * verified is looked up by `externalId`.
 */
export function toCef({ event }: LogLine, { origin, version }: { origin: string; version: string }): string {
  const { event_type, decision, reason, control, agent_id, agent_name, tenant_id } = event;
  const header = [VENDOR, PRODUCT, version, event_type, nameOf(event_type), SEVERITIES[severityOf(event)]];
  const extension = [
    ...field('rt', Date.parse(event.timestamp)),
    ...field('externalId', event.event_id),
    ...field('act', decision),
    ...field('reason', reason),
    ...field('cat', control),
    ...field('suid', agent_id),
    ...field('suser', agent_name),
    ...field('dvchost', origin),
    ...labelled('cn1', 'sequence', event.sequence),
    ...labelled('cs1', 'trace_id', event.trace_id),
    ...labelled('cs2', 'execution_plan_id', event.execution_plan_id),
    ...labelled('cs3', 'tool_name', event.tool_name),
    ...labelled('cs4', 'tenant_id', tenant_id),
    ...labelled('cs5', 'policy_bundle', event.policy_bundle),
    ...labelled('cs6', 'hash', event.hash),
  ];
  return `CEF:0|${header.map(headerText).join('|')}|${extension.join(' ')}`;
}

function nameOf(eventType: string): string {
  return eventType.replaceAll('_', ' ');
}

function field(key: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${key}=${valueText(value)}`];
}

function labelled(key: string, label: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [...field(key, value), ...field(`${key}Label`, label)];
}

function headerText(value: string | number): string {
  return plain(String(value)).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}

/** An equals sign or a backslash of an agent's making must not begin a field of its own. */
function valueText(value: string | number): string {
  return plain(String(value)).replaceAll('\\', '\\\\').replaceAll('=', '\\=');
}

function plain(text: string): string {
  return text.replaceAll(CONTROLS, '\ufffd');
}
