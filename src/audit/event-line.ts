import { canonicalJson, canonicalString, sha256 } from '../json/canonical.ts';
import { type EventContext, type EventDraft, SCHEMA_VERSION } from './event.ts';

/** Bytes of a line without its newline: a leaf of a C2SP tlog-tiles log has a 16-bit length. */
export const MAX_LINE_BYTES = 65_535;

/** The `prev_hash` of a log's first event and the `trace_prev_hash` of a trace's first. */
export const NO_HASH = `sha256:${'0'.repeat(64)}`;

/** What the events of a group have in common, as pieces of a canonical line, made once for all of them. */
export type GroupFrame = {
  agent: string;
  plan: string;
  bundle: string;
  provenance: string;
  mode: string;
  tenant: string;
  trace: string;
};

/** Where one event stands in the log and in its trace. */
export type EventPlace = {
  event_id: string;
  sequence: number;
  prev_hash: string;
  trace_sequence: number;
  trace_prev_hash: string;
};

/** Prepares the lines of one group. `timestamp` is RFC 3339, UTC, milliseconds. */
export function groupFrame(context: EventContext, timestamp: string): GroupFrame {
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
    tenant: `${member('tenant_id', context.tenant_id)}"timestamp":"${timestamp}"`,
    trace: context.trace_id === undefined ? '' : `,"trace_id":${canonicalString(context.trace_id)}`,
  };
}

/**
 * The line of one event, without its newline, and its hash.
 *
 * The line is put together in the order of RFC 8785, so that only the payload (canonical already, or absent) is
 * sorted for each event, and `hash` is spliced into the very text it covers. All members before `hash` are
 * scalars: a reader finds `hash` at its first occurrence and can cut it out again.
 */
export function eventLine(
  frame: GroupFrame,
  draft: EventDraft,
  parts: { payload: string | undefined; place: EventPlace },
): { line: string; hash: string } {
  const { payload, place } = parts;
  const before =
    `{${frame.agent}${member('control', draft.control)}${member('decision', draft.decision)}` +
    `${member('decision_stage', draft.decision_stage)}"event_id":"${place.event_id}",` +
    `"event_type":"${draft.event_type}",${frame.plan}`;
  const after =
    `${payload === undefined ? '' : `"payload":${payload},`}${frame.bundle}"prev_hash":"${place.prev_hash}",` +
    `${frame.provenance}${member('reason', draft.reason)}${frame.mode}"sequence":${place.sequence},` +
    `${member('step_id', draft.step_id)}${frame.tenant}` +
    `${draft.tool_name === undefined ? '' : `,"tool_name":${canonicalString(draft.tool_name)}`}${frame.trace}` +
    (frame.trace === ''
      ? '}'
      : `,"trace_prev_hash":"${place.trace_prev_hash}","trace_sequence":${place.trace_sequence}}`);
  // Hashing makes one flat string of all the parts; slices of it cost nothing, the parts would be put together again.
  const covered = before + after;
  const hash = sha256(covered);
  const line = `${covered.slice(0, before.length)}"hash":"${hash}",${covered.slice(before.length)}`;
  return { line, hash };
}

function member(name: string, value: string | undefined): string {
  return value === undefined ? '' : `"${name}":${canonicalString(value)},`;
}
