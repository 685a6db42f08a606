import type { AuditEvent } from '../audit/event.ts';
import type { JsonObject } from '../json/value.ts';
import type { Graph } from '../replay/graph/graph.ts';
import { type Submission, submissionsOf } from '../replay/submissions.ts';
import type { TraceEvidence } from '../replay/summary.ts';
import type { ControlEvidence } from './controls.ts';
import { graphSvg } from './graph-svg.ts';
import { escapeHtml, facts, table } from './html.ts';
import { reportPage } from './report-page.ts';

/** What a report is made from; the same always gives the same page. */
export type ReportInput = {
  evidence: TraceEvidence;
  events: readonly AuditEvent[];
  graph: Graph;
  controls: readonly ControlEvidence[];
  /** Bundles by version. */
  policies: ReadonlyMap<string, JsonObject>;
  /** What the record shows by itself, and what it does not. */
  results: readonly (readonly [string, string])[];
};

/** The record of a trace as one page. */
export function traceReport(input: ReportInput): string {
  const { evidence, events, controls } = input;
  const body = `${verdict(evidence)}
<h2>What this record shows</h2>
${table(['Question', 'Answer'], input.results)}
<h2>Summary</h2>
${summary(evidence)}
<h2>Provenance</h2>
${provenance(events)}
<h2>Plans</h2>
${submissionsOf(events).map(plan).join('\n')}
<h2>Approvals</h2>
${approvals(events)}
<h2>Policy</h2>
${policy(input)}
<h2>How it hangs together</h2>
${drawing(input.graph)}
<h2>Timeline</h2>
${timeline(events)}`;
  return reportPage({ title: `Evidence of ${evidence.trace_id}`, body, controls });
}

function verdict({ final_decision, reason, governance_result }: TraceEvidence): string {
  const kind = final_decision === 'allow' ? ' good' : final_decision === 'block' ? ' bad' : '';
  const words = [final_decision ?? 'no decision', reason].filter((word) => word !== undefined).join(': ');
  const explanation = governance_result['explanation'];
  return `<p class="verdict${kind}"><strong>${escapeHtml(words)}</strong><br>${escapeHtml(explanation)}</p>`;
}

function summary(evidence: TraceEvidence): string {
  return facts([
    ['Trace', evidence.trace_id],
    ['Tenant', evidence.tenant_id],
    ['Agent', evidence.agent_id],
    ['Tools', evidence.tools.join(', ')],
    ['From', evidence.started_at],
    ['To', evidence.ended_at],
    ['Events', String(evidence.event_count)],
    ['Decided by', evidence.control],
    ['Risk', evidence.governance_result['risk_score']],
    ['What would make it pass', evidence.governance_result['remedy']],
    ['Lowest trust', evidence.lowest_trust],
    ['Approval', evidence.approval_result?.['status']],
    ['Execution', evidence.execution_result?.['status']],
  ]);
}

function provenance(events: readonly AuditEvent[]): string {
  const rows = submissionsOf(events).flatMap(({ key, plan: sent, trust }) => {
    const ofPlan = sent.provenance.map((source, index) => ({ place: key, source, fact: trust.plan[index] }));
    const ofSteps = sent.steps.flatMap(({ step_id, provenance: own }) =>
      own.map((source, index) => ({
        place: `${key} step ${step_id}`,
        source,
        fact: trust.steps[step_id]?.[index],
      })),
    );
    return [...ofPlan, ...ofSteps].map(({ place, source, fact }) => [
      place,
      source.source_type,
      source.source_name ?? '',
      fact?.trust_level ?? 'unverified',
      fact?.claimed ?? 'none',
      fact?.basis ?? '',
      source.content_hash ?? '',
    ]);
  });
  if (rows.length === 0) return '<p>No plan named where its instructions came from: they are unverified.</p>';
  return table(['Of', 'Source', 'Name', 'Worth', 'Claimed', 'Because of', 'Content hash'], rows);
}

function plan({ key, plan: sent, made, received }: Submission): string {
  const steps = (made?.payload?.['steps'] ?? []) as { step_id: string; decision: string; reason: string }[];
  const rows = sent.steps.map(({ step_id, tool_name, arguments: args }) => {
    const { decision, reason } = steps.find((step) => step.step_id === step_id) ?? {};
    return [step_id, tool_name, JSON.stringify(args), decision, reason];
  });
  const asked =
    sent.on_behalf_of === undefined ? '' : `, on behalf of ${sent.on_behalf_of.type} ${sent.on_behalf_of.id}`;
  const head = `${key}: ${made?.decision ?? 'not decided'} (${made?.reason ?? ''}), received ${received.timestamp}${asked}`;
  return `<h3>${escapeHtml(head)}</h3>\n${table(['Step', 'Tool', 'Arguments as recorded', 'Decision', 'Reason'], rows)}`;
}

/** Who was asked, and who said what. */
function approvals(events: readonly AuditEvent[]): string {
  const rows = events.flatMap(({ event_type, payload = {}, timestamp }) => {
    if (!event_type.startsWith('approval_') || event_type === 'approval_checked') return [];
    const asked = (payload['approval'] ?? {}) as { approval_id?: string; requested_by?: { name?: string } };
    const id = payload['approval_id'] ?? asked.approval_id;
    return [
      [
        id,
        event_type.slice('approval_'.length),
        payload['by'] ?? asked.requested_by?.name,
        payload['note'],
        timestamp,
      ],
    ];
  });
  return rows.length === 0
    ? '<p>Nobody was asked.</p>'
    : table(['Approval', 'What', 'By', 'Note', 'At'], rows);
}

/** The rules that matched, as they stood in the bundle. */
function policy({ events, policies }: ReportInput): string {
  const matched = new Map<string, { version: string; id: string }>();
  for (const { payload, policy_bundle: version = '' } of events) {
    for (const rule of (payload?.['matched_rules'] ?? []) as { id: string }[])
      matched.set(JSON.stringify([version, rule.id]), { version, id: rule.id });
  }
  const versions = [...policies].map(([version, content]) => [content['bundle'], version]);
  const excerpts = [...matched.values()].flatMap(({ version, id }) => {
    const rules = (policies.get(version)?.['rules'] ?? []) as { id?: string }[];
    const rule = rules.find((each) => each.id === id);
    return rule === undefined ? [] : [`<pre>${escapeHtml(JSON.stringify(rule, undefined, 2))}</pre>`];
  });
  return `${table(['Bundle', 'Version'], versions)}\n${excerpts.length > 0 ? '<p>Rules that matched:</p>' : '<p>No rule matched.</p>'}\n${excerpts.join('\n')}`;
}

function drawing(graph: Graph): string {
  const svg = graphSvg(graph);
  return svg === undefined
    ? '<p>The graph has too many nodes for a page; graph.json has it.</p>'
    : `<div class="drawing">${svg}</div>`;
}

function timeline(events: readonly AuditEvent[]): string {
  const start = Date.parse(events[0]?.timestamp ?? '');
  const rows = events.map(
    ({ timestamp, sequence, event_type, step_id, tool_name, decision, reason, hash }) => [
      String(sequence),
      `+${Date.parse(timestamp) - start} ms`,
      event_type,
      [step_id, tool_name].filter((part) => part !== undefined).join(' '),
      [decision, reason].filter((part) => part !== undefined).join(': '),
      hash.slice(0, 19),
    ],
  );
  return table(['Sequence', 'When', 'Event', 'Step', 'Decision', 'Hash'], rows);
}
