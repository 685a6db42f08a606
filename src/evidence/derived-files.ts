import type { TraceReevaluation } from '../evaluation/reevaluate-trace.ts';
import { traceGraph } from '../replay/graph/trace-graph.ts';
import { evidenceOf } from '../replay/summary.ts';
import { summaryOfEvents } from '../replay/summary-of-events.ts';
import { controlEvidence } from './controls.ts';
import { checkpointOf } from './note-checkpoint.ts';
import { periodReport } from './period-report.ts';
import { periodSummary } from './period-summary.ts';
import { type EvidenceRecord, eventsByTrace, eventsOf, type Subject } from './record.ts';
import { exceptionsOf, reevaluated } from './reevaluated.ts';
import { traceReport } from './trace-report.ts';
import type { BundleFile } from './zip.ts';

/**
 * The files that are readings of a record: they can be made again from it, byte for byte, by whoever has it. So a
 * report that says something else than its events is found out.
 */
export function derivedFiles(record: EvidenceRecord): BundleFile[] {
  const { subject } = record;
  return subject.kind === 'trace' ? ofTrace(record, subject) : ofPeriod(record, subject);
}

function ofTrace(record: EvidenceRecord, { trace_id }: Extract<Subject, { kind: 'trace' }>): BundleFile[] {
  const events = eventsOf(record);
  const evidence = evidenceOf(summaryOfEvents(trace_id, events), events);
  const graph = traceGraph(events);
  const controls = controlEvidence(events);
  const reevaluations = reevaluated(record);
  const results = resultsOf(record, reevaluations);
  const report = traceReport({ evidence, events, graph, controls, policies: record.policies, results });
  const [reevaluation = { trace_id, identical: false, plans: [] }] = reevaluations;
  return [
    json('summary.json', evidence),
    json('graph.json', graph),
    json('replay-diff.json', reevaluation),
    json('controls.json', { controls }),
    html(report),
  ];
}

function ofPeriod(record: EvidenceRecord, subject: Extract<Subject, { kind: 'period' }>): BundleFile[] {
  const summary = periodSummary(eventsByTrace(record));
  const controls = controlEvidence(eventsOf(record));
  const reevaluations = reevaluated(record);
  const bundles = [...record.policies].map(
    ([version, content]) => [String(content['bundle']), version] as const,
  );
  const results = resultsOf(record, reevaluations);
  return [
    json('summary.json', summary),
    json('replay-diff.json', exceptionsOf(reevaluations)),
    json('controls.json', { controls }),
    html(periodReport({ subject, summary, controls, bundles, results })),
  ];
}

export function json(name: string, value: unknown): BundleFile {
  return { name, content: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`, 'utf8') };
}

function html(text: string): BundleFile {
  return { name: 'report.html', content: Buffer.from(text, 'utf8') };
}

/** What the record shows by itself, in words; whoever has the keys can say more. */
function resultsOf(record: EvidenceRecord, reevaluations: readonly TraceReevaluation[]): [string, string][] {
  const { lines, subject } = record;
  const plans = reevaluations.flatMap((trace) => trace.plans);
  const same = plans.filter(({ result }) => result === 'identical').length;
  return [
    [
      'Is every event what was written?',
      `${lines.length} events; each names its own hash and that of the event of the trace before it`,
    ],
    ['Is one missing?', missing(record)],
    ...(subject.kind === 'period' ? [populationLine(subject)] : []),
    ['Do they stand in a log?', inLog(record)],
    [
      'Does the record explain itself?',
      plans.length === 0
        ? 'not shown: no plan is here that could be decided again'
        : same === plans.length
          ? `yes: ${plans.length} plans, decided again from their recorded facts, come to the same`
          : `${same} of ${plans.length} plans come to the same when they are decided again; replay-diff.json says more`,
    ],
  ];
}

function missing({ lines, subject }: EvidenceRecord): string {
  const gone = Object.entries(subject.purged ?? {}).map(([id, count]) => `${count} of ${id}`);
  if (gone.length > 0)
    return `yes, at the beginning: ${gone.join(', ')} were purged from the log before; none after them`;
  if (subject.kind === 'period')
    return 'none within a trace, up to the last of each that is here; that none came later is not shown';
  const last = lines.at(-1)?.event;
  return `none from the first to number ${last?.trace_sequence ?? lines.length - 1} of the trace; that none came later is not shown`;
}

function populationLine({ sample, population }: Extract<Subject, { kind: 'period' }>): [string, string] {
  const picked =
    sample === undefined
      ? 'all of them are here'
      : `the first ${sample.size} in the order of SHA-256(seed, newline, trace id) are here`;
  const answer = `population.json names ${population.length} traces that fit; ${picked}; that no other fits is what the exporter states`;
  return ['Are these all?', answer];
}

function inLog({ proof, lines }: EvidenceRecord): string {
  if (proof === undefined) return 'not shown: there is no checkpoint of the log';
  const checkpoint = checkpointOf(proof.checkpoint);
  if (checkpoint === undefined) return 'not shown: the checkpoint is none';
  const { origin, size } = checkpoint;
  const { ways } = proof;
  const proven =
    'cover' in ways ? lines.filter(({ event }) => event.sequence < size).length : ways.proofs.size;
  return `${proven} of ${lines.length} are proven to be in the log ${origin} as it was signed with ${size} events`;
}
