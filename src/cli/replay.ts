import { dirname, join } from 'node:path';
import { AuditLineError } from '../audit/audit-error.ts';
import { type TraceInFile, traceInFile } from '../audit/trace-in-file.ts';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import { isWhole, purgedOf, type SubmissionsUnder, submissionsUnder } from '../evaluation/diff-trace.ts';
import { bundleFiles } from '../evidence/bundle-files.ts';
import { collectRecord } from '../evidence/collect-record.ts';
import { zipOf } from '../evidence/zip.ts';
import type { Bundle } from '../policy/bundle.ts';
import { compileBundleContent } from '../policy/compile.ts';
import { renderContradictions, renderDiff } from '../replay/diff/render-diff.ts';
import { diffSubmissions } from '../replay/diff/trace-diff.ts';
import { diffGraphs, type GraphDiff } from '../replay/graph/graph-diff.ts';
import { toDot, toMermaid } from '../replay/graph/render-graph.ts';
import { diffToDot, diffToMermaid, diffToText } from '../replay/graph/render-graph-diff.ts';
import { traceGraph } from '../replay/graph/trace-graph.ts';
import { plansOf } from '../replay/recorded-plans.ts';
import { submissionsOf } from '../replay/submissions.ts';
import { evidenceOf } from '../replay/summary.ts';
import { summaryOfEvents } from '../replay/summary-of-events.ts';
import {
  AUDIT_FILE,
  assertApart,
  auditFileOf,
  BROKEN,
  type Command,
  DIFFERENT,
  type Given,
  NOT_SHOWN,
  type Terminal,
  UsageError,
} from './command.ts';
import { writeNewFile } from './new-file.ts';
import { keptBundle } from './newest-bundle.ts';
import { policyCandidate } from './policy-candidate.ts';
import { Progress } from './progress.ts';
import { integrityWords, replayText } from './replay-text.ts';
import type { SoleTool } from './run.ts';
import { safeJson, safeText } from './safe-text.ts';

const GRAPH_FORMATS = ['mermaid', 'dot', 'json'] as const;

const replayCommand: Command = {
  name: '',
  summary:
    'Replay a trace from the audit log alone: what happened, why, and what it would be under another policy',
  options: {
    'trace-id': { value: 'ID', description: 'the trace' },
    ...AUDIT_FILE,
    diff: {
      value: 'WHAT',
      isOptional: true,
      description:
        'hold it against another trace, a policy file or directory, a bundle version; alone: against its own bundle, decided again',
    },
    evidence: {
      value: 'FILE',
      isOptional: true,
      description: 'write the evidence of it as a zip, signed by nobody (evidence-<trace>.zip)',
    },
    graph: {
      value: 'FORMAT',
      isOptional: true,
      description: `only the graph: ${GRAPH_FORMATS.join(', ')}; with --diff how it differs, also as text (alone)`,
    },
    json: { description: 'everything as JSON' },
  },
  exits: {
    [DIFFERENT]: '--diff found differences',
    [NOT_SHOWN]:
      'a plan could not be decided again, or the log has no hashes: nothing shows that it was not changed',
    [BROKEN]: 'an event of the trace, or a line that may have been one, is not what was written',
  },
  run: replay,
};

/** `aisecops-replay`, which does one thing. */
export const AISECOPS_REPLAY: SoleTool = { name: 'aisecops-replay', command: replayCommand };

/** The log has nothing of the trace. */
class TraceNotFound extends Error {
  readonly code = 'trace_not_found';
}

async function replay(given: Given, terminal: Terminal): Promise<number> {
  const { 'trace-id': traceId, graph, diff } = given;
  if (typeof traceId !== 'string') throw new UsageError('--trace-id ID is needed');
  assertTogether(given);
  const formats: readonly unknown[] = diff === undefined ? GRAPH_FORMATS : [...GRAPH_FORMATS, 'text', ''];
  if (graph !== undefined && !formats.includes(graph))
    throw new UsageError(
      `--graph${graph === '' ? '' : ` ${graph}`}: there are ${GRAPH_FORMATS.join(', ')}, and text with --diff`,
    );
  const file = auditFileOf(given);
  const found = await find(file, traceId, terminal);
  if (found.events.length === 0) throw notFound(file, traceId, found);
  const {
    text,
    code,
    isBroken = found.integrity === 'broken',
  } = await answerTo(given, {
    ...{ file, traceId, found, terminal },
  });
  terminal.out(text);
  if (isBroken) return BROKEN;
  return code === 0 && found.integrity === 'unsigned' ? NOT_SHOWN : code;
}

/** What would be passed over. A graph is JSON already where it is asked for as JSON. */
function assertTogether(given: Given): void {
  const apart = ['diff', 'graph', 'json'].map((other): [string, string] => ['evidence', other]);
  assertApart(given, apart);
  const { graph, json } = given;
  if (json === true && graph !== undefined && graph !== 'json' && graph !== '')
    throw new UsageError(`--graph ${graph} and --json do not go together: give one of them, or --graph json`);
}

/** Where the log is damaged, the trace may have been there. */
function notFound(file: string, traceId: string, { lines, fault, unreadable }: TraceInFile): Error {
  const message = `no event of trace ${traceId} is among the ${lines.toLocaleString('en')} lines of ${file}`;
  if (fault !== undefined)
    return new AuditLineError(fault.reason, `${message}; line ${fault.line} is damaged: ${fault.message}`);
  const odd =
    unreadable && `; ${unreadable.lines} of them are no events, the first is line ${unreadable.first}`;
  return new TraceNotFound(`${message}${odd ?? ''}`);
}

/** What a drawing or a difference does not say itself: that it is of something that was changed. */
function warnOf({ terminal }: Subject, traceId: string, found: TraceInFile): void {
  if (found.integrity === 'holds') return;
  terminal.err(`${safeText(`trace ${traceId}: ${integrityWords(found)}`)}\n`);
}

/** `isBroken` where not only the trace itself counts. */
type Answer = { text: string; code: number; isBroken?: boolean };

async function answerTo(given: Given, subject: Subject): Promise<Answer> {
  const { found, traceId } = subject;
  const { graph, diff, evidence, json } = given;
  if (typeof diff === 'string')
    return diffText(subject, { what: diff, graph: graph as string | undefined, isJson: json === true });
  if (typeof graph === 'string') {
    warnOf(subject, traceId, found);
    return { text: graphText(graph, found), code: 0 };
  }
  if (typeof evidence === 'string') return { text: await writeEvidence(subject, evidence), code: 0 };
  const record = evidenceOf(summaryOfEvents(traceId, found.events), found.events);
  return { text: json === true ? jsonText(record, found) : replayText(record, found), code: 0 };
}

async function diffText(
  subject: Subject,
  { what, graph, isJson }: { what: string; graph: string | undefined; isJson: boolean },
): Promise<Answer> {
  const { name, other, ...compared } = await compare(subject, what);
  const { before, after, not_reproducible, contradictions } = compared;
  warnOf(subject, subject.traceId, subject.found);
  if (other !== undefined) warnOf(subject, name, other);
  const isBroken = [subject.found, other].some((trace) => trace?.integrity === 'broken');
  const title = { before: subject.traceId, after: name };
  const isAll = isWhole(compared);
  if (not_reproducible.length > 0 || before.length + after.length === 0)
    subject.terminal.err(lackingText(not_reproducible));
  subject.terminal.err(renderContradictions(contradictions));
  const found = graph === undefined ? diffSubmissions(before, after) : diffGraphs(before, after);
  const asText =
    'nodes' in found ? graphDiffText(graph, found, title) : renderDiff(found, { ...title, isWhole: isAll });
  const text = isJson
    ? safeJson({
        ...{ not_reproducible, contradictions },
        ...found,
        identical: found.identical && isAll,
      })
    : asText;
  if (!found.identical || contradictions.length > 0) return { text, code: DIFFERENT, isBroken };
  return { text, code: isAll ? 0 : NOT_SHOWN, isBroken };
}

/** What kept plans from being compared. */
function lackingText(lacking: Compared['not_reproducible']): string {
  if (lacking.length === 0) return 'no plan is left that could be compared\n';
  return lacking
    .map(
      ({ execution_plan_id, missing }) =>
        `plan ${safeText(execution_plan_id)} cannot be decided again: ${missing}\n`,
    )
    .join('');
}

function graphDiffText(
  format: string | undefined,
  diff: GraphDiff,
  title: { before: string; after: string },
): string {
  if (format === 'mermaid') return diffToMermaid(diff);
  if (format === 'dot') return diffToDot(diff);
  return format === 'json' ? safeJson(diff) : diffToText(diff, title);
}

/** The bundle from the files alone. What is not as it was written is no evidence of anything. */
async function writeEvidence({ file, traceId, found }: Subject, name: string): Promise<string> {
  if (found.integrity !== 'holds') {
    const message = `there is no evidence of the trace to write: ${integrityWords(found)}`;
    throw found.fault === undefined
      ? new UsageError(message)
      : new AuditLineError(found.fault.reason, message);
  }
  const archive = new BundleArchive(join(dirname(file), 'policies'));
  const { events, raws, asWritten } = found;
  const lines = events.map((event, index) => ({ raw: raws[index] ?? Buffer.alloc(0), event }));
  const { purged_events: gone = 0 } = found;
  const subject = {
    ...({ kind: 'trace', trace_id: traceId } as const),
    ...(gone > 0 && { purged: { [traceId]: gone } }),
  };
  const record = await collectRecord(file, { subject, lines, asWritten }, (version) => archive.read(version));
  const path = name === '' ? `evidence-${traceId}.zip` : name;
  await writeNewFile(path, await zipOf(bundleFiles(record, {})));
  return `${safeText(`${path}: ${lines.length} events; aisecops verify ${path} checks it`)}\n`;
}

async function find(file: string, traceId: string, terminal: Terminal): Promise<TraceInFile> {
  const progress = new Progress(terminal);
  try {
    return await traceInFile(file, traceId, (lines) =>
      progress.show(() => `${lines.toLocaleString('en')} lines looked at`),
    );
  } finally {
    progress.end();
  }
}

function graphText(format: string, { events }: TraceInFile): string {
  const graph = traceGraph(events);
  if (format === 'mermaid') return toMermaid(graph);
  return format === 'dot' ? toDot(graph) : safeJson(graph);
}

function jsonText(
  evidence: ReturnType<typeof evidenceOf>,
  { events, integrity, fault, unreadable, purged_events }: TraceInFile,
): string {
  const timeline = events.map((event) => ({
    offset_ms: Date.parse(event.timestamp) - Date.parse(events[0]?.timestamp ?? ''),
    event,
  }));
  const said = {
    ...{ integrity, ...(fault && { fault }) },
    ...(unreadable && { unreadable }),
    ...(purged_events && { purged_events }),
  };
  return safeJson({ ...evidence, ...said, timeline, plans: plansOf(events) });
}

type Subject = { file: string; traceId: string; found: TraceInFile; terminal: Terminal };
type Compared = SubmissionsUnder & { name: string; other?: TraceInFile };

/** What `--diff` names: a policy on disk first, then a bundle that was active, then another trace. */
async function compare({ file, traceId, found, terminal }: Subject, what: string): Promise<Compared> {
  const archive = new BundleArchive(join(dirname(file), 'policies'));
  const own = new Set(found.events.flatMap(({ policy_bundle }) => policy_bundle ?? []));
  if (what === '') return { ...(await underOwn(archive, own, found)), name: 'decided again' };
  const [version = ''] = own;
  const bundle =
    (await policyCandidate(what, async () => (version === '' ? undefined : keptBundle(archive, version)))) ??
    (await bundleOf(archive, what));
  if (bundle !== undefined)
    return { ...submissionsUnder(found.events, () => bundle), name: `${bundle.name} ${bundle.version}` };
  const other = await find(file, what, terminal);
  if (other.events.length === 0 && other.fault !== undefined) throw notFound(file, what, other);
  if (other.events.length === 0)
    throw new TraceNotFound(
      `--diff ${what}: there is no such policy file, bundle or trace beside ${traceId}`,
    );
  return {
    ...{ before: submissionsOf(found.events), after: submissionsOf(other.events), name: what, other },
    not_reproducible: [...purgedOf(found.events), ...purgedOf(other.events)],
    contradictions: [],
  };
}

/** Each plan under the bundle that it was decided under. */
async function underOwn(
  archive: BundleArchive,
  versions: ReadonlySet<string>,
  { events }: TraceInFile,
): Promise<SubmissionsUnder> {
  const bundles = new Map<string, Bundle>();
  for (const version of versions) {
    const bundle = await bundleOf(archive, version);
    if (bundle !== undefined) bundles.set(version, bundle);
  }
  return submissionsUnder(events, (version) => bundles.get(version));
}

async function bundleOf(archive: BundleArchive, version: string): Promise<Bundle | undefined> {
  const content = await archive.read(version);
  return content && compileBundleContent(content).bundle;
}
