import type { AuditEvent } from '../audit/event.ts';
import type { JsonObject } from '../json/value.ts';
import type { Graph } from '../replay/graph/graph.ts';
import { type Submission, submissionsOf } from '../replay/submissions.ts';
import type { TraceEvidence } from '../replay/summary.ts';
import type { ControlEvidence } from './controls.ts';
import { graphSvg } from './graph-svg.ts';
import { escapeHtml, facts, table } from './html.ts';

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

/** What no record can show; said in every bundle. */
export const NOT_PROVEN = [
  'what anybody intended',
  'that every action of the agent went through the gateway',
  'that the result of a tool is true',
  'anything against whoever holds the signing key and rewrites the whole log, unless a checkpoint was kept elsewhere',
  'compliance with any law or standard',
];

const STYLE = `
:root { color-scheme: light; }
body { font: 14px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #d1d9e0; padding-bottom: .25rem; }
table { border-collapse: collapse; width: 100%; font-size: 13px; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid #d1d9e0; overflow-wrap: anywhere; }
th { background: #f6f8fa; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: #59636e; } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #f6f8fa; padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px; }
.verdict { font-size: 1.1rem; padding: .6rem .8rem; border-left: 6px solid #9a6700; background: #fff8e5; } .verdict.good { border-color: #1a7f37; background: #eefbf1; } .verdict.bad { border-color: #cf222e; background: #fff0f0; }
.drawing { overflow-x: auto; } svg text { font: 12px system-ui, sans-serif; text-anchor: middle; } svg text.small { font-size: 10px; fill: #59636e; }
svg rect { fill: #fff; stroke: #59636e; stroke-width: 1.5; } svg rect.good { stroke: #1a7f37; } svg rect.bad { stroke: #cf222e; } svg .edge { fill: none; stroke: #8c959f; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } .drawing svg { width: 100%; height: auto; } }
`;

/** The record of a trace as one page: for reading and printing, without script, with nothing from elsewhere. */
export function reportHtml(input: ReportInput): string {
  const { evidence } = input;
  const title = `Evidence of ${evidence.trace_id}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${verdict(evidence)}
<h2>What this record shows</h2>
${table(['Question', 'Answer'], input.results)}
<h2>Summary</h2>
${summary(evidence)}
<h2>Provenance</h2>
${provenance(input.events)}
<h2>Plans</h2>
${submissionsOf(input.events).map(plan).join('\n')}
<h2>Approvals</h2>
${approvals(input.events)}
<h2>Policy</h2>
${policy(input)}
<h2>How it hangs together</h2>
${drawing(input.graph)}
<h2>Timeline</h2>
${timeline(input.events)}
<h2>Controls</h2>
<p>Which recorded events speak to which control. That evidence is there is no statement on compliance.</p>
${table(
  ['Framework', 'Control', 'Shows', 'Evidence'],
  input.controls.map((each) => [
    `${each.framework} ${each.edition}`,
    each.control,
    each.shows,
    each.status === 'evidence_present' ? `${each.events.length} events` : 'none',
  ]),
)}
<h2>Verify it yourself</h2>
<p>This page is a reading of <code>events.jsonl</code>. Its bytes, and those of every other file, are named in <code>manifest.json</code> and <code>SHA256SUMS</code>; README.txt says how to check them with common tools, and <code>aisecops verify FILE.zip</code> checks everything.</p>
<h2>Not proven by any of this</h2>
<ul>
${NOT_PROVEN.map((each) => `<li>${escapeHtml(each)}</li>`).join('\n')}
</ul>
</body>
</html>
`;
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
