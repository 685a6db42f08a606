import { recordedDecisions } from '../evaluation/recorded-decision.ts';
import { reevaluate } from '../evaluation/reevaluate.ts';
import type { TraceReevaluation } from '../evaluation/reevaluate-trace.ts';
import type { Bundle } from '../policy/bundle.ts';
import { compileBundleContent } from '../policy/compile.ts';
import { traceGraph } from '../replay/graph/trace-graph.ts';
import { evidenceOf } from '../replay/summary.ts';
import { summaryOfEvents } from '../replay/summary-of-events.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { controlEvidence } from './controls.ts';
import { reportHtml } from './report-html.ts';
import { eventsOf, type TraceRecord } from './trace-record.ts';
import type { BundleFile } from './zip.ts';

/**
 * The files that are readings of a record: they can be made again from it, byte for byte, by whoever has it. So a
 * report that says something else than its events is found out.
 */
export function derivedFiles(record: TraceRecord): BundleFile[] {
  const events = eventsOf(record);
  const evidence = evidenceOf(summaryOfEvents(record.trace_id, events), events);
  const graph = traceGraph(events);
  const controls = controlEvidence(events);
  const reevaluation = reevaluated(record);
  const results = resultsOf(record, reevaluation);
  const report = reportHtml({ evidence, events, graph, controls, policies: record.policies, results });
  return [
    json('summary.json', evidence),
    json('graph.json', graph),
    json('replay-diff.json', reevaluation),
    json('controls.json', { controls }),
    { name: 'report.html', content: Buffer.from(report, 'utf8') },
  ];
}

export function json(name: string, value: unknown): BundleFile {
  return { name, content: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`, 'utf8') };
}

/** Every plan decided again under the bundle that is in the record. */
export function reevaluated(record: TraceRecord): TraceReevaluation {
  const compiled = new Map<string, Bundle | undefined>();
  const bundleOf = (version: string): Bundle | undefined => {
    const content = record.policies.get(version);
    if (!compiled.has(version)) compiled.set(version, content && compileBundleContent(content).bundle);
    return compiled.get(version);
  };
  const plans = recordedDecisions(eventsOf(record)).map((recorded) =>
    reevaluate(recorded, bundleOf(recorded.received.policy_bundle ?? '')),
  );
  return { trace_id: record.trace_id, identical: plans.every(({ result }) => result === 'identical'), plans };
}

/** What the record shows by itself, in words; whoever has the keys can say more. */
function resultsOf(record: TraceRecord, { plans, identical }: TraceReevaluation): [string, string][] {
  const { lines, proof } = record;
  const last = lines.at(-1)?.event;
  return [
    [
      'Is every event what was written?',
      `${lines.length} events; each names its own hash and that of the event of the trace before it`,
    ],
    [
      'Is one missing?',
      `none from the first to number ${last?.trace_sequence ?? lines.length - 1} of the trace; that none came later is not shown`,
    ],
    ['Do they stand in a log?', inLog(proof, lines.length)],
    [
      'Does the record explain itself?',
      identical
        ? `yes: ${plans.length} plans, decided again from their recorded facts, come to the same`
        : `${plans.filter(({ result }) => result === 'identical').length} of ${plans.length} plans come to the same when they are decided again; replay-diff.json says more`,
    ],
  ];
}

function inLog(proof: TraceRecord['proof'], count: number): string {
  if (proof === undefined) return 'not shown: there is no checkpoint of the log';
  const { origin, size } = parseCheckpoint(parseNote(proof.checkpoint).text);
  return `${proof.proofs.size} of ${count} are proven to be in the log ${origin} as it was signed with ${size} events`;
}
