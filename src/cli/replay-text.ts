import { type AuditEvent, SCHEMA_VERSION } from '../audit/event.ts';
import type { TraceInFile } from '../audit/trace-in-file.ts';
import type { JsonValue } from '../json/value.ts';
import type { TraceEvidence } from '../replay/summary.ts';
import { safeText } from './safe-text.ts';

const BLOCKS = [
  'provenance',
  'capability_result',
  'policy_result',
  'governance_result',
  'approval_result',
  'execution_result',
] as const;

/** A trace for people: what it came to, block by block, and what happened when. */
export function replayText(evidence: TraceEvidence, found: TraceInFile): string {
  const { trace_id, started_at, ended_at, tools, final_decision = 'no decision' } = evidence;
  const lines = [
    `trace_id: ${trace_id}`,
    `decision: ${final_decision}`,
    `evidence: ${integrityWords(found)}`,
    `events: ${found.events.length}${spanWords(started_at, ended_at)}${purgedWords(found)}`,
    `tools: ${tools.join(', ')}`,
  ];
  for (const block of BLOCKS) {
    const values = Object.entries(evidence[block] ?? {});
    if (values.length === 0) continue;
    lines.push(`${block}:`, ...values.map(([name, value]) => `  ${name}: ${valueText(value)}`));
  }
  lines.push('timeline:', ...timelineLines(found.events));
  return `${lines.map(safeText).join('\n')}\n`;
}

/** What the log shows of the trace, and what not. */
export function integrityWords({ events, integrity, fault, unreadable }: TraceInFile): string {
  if (fault !== undefined) return `BROKEN at ${placeOf(fault)}: ${fault.reason}: ${fault.message}`;
  if (integrity === 'holds')
    return 'every event is what was written, in its order, and so is every line of the log; that none is missing at its end only aisecops verify shows';
  const lines =
    unreadable && `; ${unreadable.lines} lines are no events, the first is line ${unreadable.first}`;
  const form = events.map(({ schema_version }) => schema_version).find((each) => each !== undefined);
  const other = form === undefined || form === SCHEMA_VERSION ? '' : ` of schema_version ${form}`;
  return `unsigned: events${other} without hashes, so nothing shows that they were not changed${lines ?? ''}`;
}

/** Events of another writer need not say when they were. */
function spanWords(from: string | undefined, to: string | undefined): string {
  return from === undefined || to === undefined ? '' : ` from ${from} to ${to}`;
}

function purgedWords({ purged_events }: TraceInFile): string {
  return purged_events === undefined ? '' : `; the ${purged_events} before them were purged`;
}

function placeOf({ line, sequence }: NonNullable<TraceInFile['fault']>): string {
  return sequence === undefined ? `line ${line}` : `event ${sequence} (line ${line})`;
}

function valueText(value: JsonValue): string {
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function timelineLines(events: readonly AuditEvent[]): string[] {
  const start = Date.parse(events[0]?.timestamp ?? '');
  return events.map(({ timestamp, sequence = '', event_type, step_id, tool_name, decision, reason }) => {
    const offset = Date.parse(timestamp) - start;
    const when = Number.isNaN(offset) ? (timestamp ?? '') : `+${offset} ms`;
    const what = [decision, reason].filter((word) => word !== undefined).join(' ');
    const where = [step_id, tool_name].filter((word) => word !== undefined).join(' ');
    const words = [
      when.padStart(10),
      String(sequence).padStart(8),
      event_type.padEnd(20),
      where.padEnd(24),
      what,
    ];
    return `  ${words.join('  ')}`.trimEnd();
  });
}
