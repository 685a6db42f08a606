import type { AuditEvent } from '../../audit/event.ts';
import type { JsonValue } from '../../json/value.ts';

/** Members of an event that a search looks at, besides its provenance and its payload. */
const SEARCHED_MEMBERS = [
  'agent_id',
  'agent_name',
  'control',
  'decision',
  'execution_plan_id',
  'reason',
  'step_id',
  'tenant_id',
  'tool_name',
  'trace_id',
] as const;

/** Hashes and times: nobody looks for one by its parts, and each would be a word that stands nowhere else. */
const UNSEARCHED = /^(?:sha256:[0-9a-f]{64}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)$/;

/** The texts of an event that a search looks at, each once: values, not the names of members. */
export function textsOf(event: AuditEvent): string[] {
  const texts = new Set<string>();
  for (const member of SEARCHED_MEMBERS) {
    const text = event[member];
    if (text !== undefined) texts.add(text);
  }
  collect(event.provenance, texts);
  collect(event.payload, texts);
  return [...texts];
}

function collect(value: JsonValue | undefined, texts: Set<string>): void {
  if (typeof value === 'string') {
    if (!UNSEARCHED.test(value)) texts.add(value);
  } else if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) collect(inner, texts);
  }
}
