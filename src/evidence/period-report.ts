import type { TraceEvidence } from '../replay/summary.ts';
import type { ControlEvidence } from './controls.ts';
import { escapeHtml, facts, table } from './html.ts';
import type { Count, PeriodSummary } from './period-summary.ts';
import type { Subject } from './record.ts';
import { reportPage } from './report-page.ts';

export type PeriodReportInput = {
  subject: Extract<Subject, { kind: 'period' }>;
  summary: PeriodSummary;
  controls: readonly ControlEvidence[];
  /** The names of bundles with their versions. */
  bundles: readonly (readonly [string, string])[];
  results: readonly (readonly [string, string])[];
};

/** Traces in the table of a report; summary.json has all. */
const MAX_ROWS = 1_000;

/** The record of many traces as one page: what was looked at, what it adds up to, and each of them on a line. */
export function periodReport({ subject, summary, controls, bundles, results }: PeriodReportInput): string {
  const { totals, traces } = summary;
  const body = `<h2>What this record shows</h2>
${table(['Question', 'Answer'], results)}
<h2>What was looked at</h2>
${selection(subject, summary)}
<h2>Decisions</h2>
${countTables([
  ['Decision', totals.by_decision],
  ['Reason', totals.by_reason],
  ['Control that decided', totals.by_control],
  ['Agent', totals.by_agent],
  ['Tool', totals.by_tool],
  ['Approvals', totals.approvals],
  ['Reported outcomes', totals.executions],
])}
<h2>Bundles in force</h2>
${table(['Bundle', 'Version'], bundles)}
<h2>Traces</h2>
${traceTable(traces)}`;
  return reportPage({ title: 'Evidence of many traces', body, controls });
}

function selection(
  { filter, sample, population }: PeriodReportInput['subject'],
  { totals }: PeriodSummary,
): string {
  return facts([
    ...Object.entries(filter),
    ['traces that fit', String(population.length)],
    ['picked', sample === undefined ? 'all' : `${totals.traces} by the seed ${sample.seed}`],
    ['plans', String(totals.plans)],
    ['events', String(totals.events)],
  ]);
}

function countTables(columns: readonly (readonly [string, readonly Count[]])[]): string {
  const shown = columns.filter(([, counts]) => counts.length > 0);
  if (shown.length === 0) return '<p>No plan was decided.</p>';
  const tables = shown.map(([title, counts]) =>
    table(
      [title, 'Count'],
      counts.map(({ name, count }) => [name, String(count)]),
    ),
  );
  return `<div class="counts">\n${tables.join('\n')}\n</div>`;
}

function traceTable(traces: readonly TraceEvidence[]): string {
  const rows = traces
    .slice(0, MAX_ROWS)
    .map((each) => [
      each.trace_id,
      each.started_at,
      each.agent_id,
      each.tools.join(', '),
      [each.final_decision, each.reason].filter((word) => word !== undefined).join(': '),
      each.control,
      each.lowest_trust,
      each.approval_result?.['status'],
      each.execution_result?.['status'],
    ]);
  const head = ['Trace', 'Began', 'Agent', 'Tools', 'Decision', 'Control', 'Trust', 'Approval', 'Outcome'];
  const rest = traces.length - rows.length;
  return `${table(head, rows)}${rest > 0 ? `\n<p>${escapeHtml(`${rest} more are in summary.json.`)}</p>` : ''}`;
}
