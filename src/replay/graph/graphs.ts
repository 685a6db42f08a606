import type { AuditEvent } from '../../audit/event.ts';
import type { Plan } from '../../plan/plan.ts';
import { remainsOf } from '../remains.ts';
import { type FoundEvents, type Replay, refOf, type TraceRef } from '../replay.ts';
import { submissionsOf } from '../submissions.ts';
import { type Graph, GraphBuilder, type NodeIds } from './graph.ts';
import { diffGraphs, type GraphDiff } from './graph-diff.ts';
import { addEvents, traceGraph } from './trace-graph.ts';

export const GRAPH_SCOPES = ['trace', 'linked'] as const;
export type GraphScope = (typeof GRAPH_SCOPES)[number];

/** A graph with the traces that are in it. */
export type TraceGraph = Graph & {
  trace_id: string;
  /** The log it stands in, where that was taken over. */
  log?: string;
  scope: GraphScope;
  /** The trace itself first. */
  traces: string[];
  /** Those of them that stand in logs that were taken over; absent where none does. */
  taken_over?: TraceRef[];
  /** True where there was more than one answer holds. */
  truncated: boolean;
};

/** Traces of one linked graph at most, and nodes from which no further trace joins it. */
const MAX_TRACES = 50;
const MAX_NODES = 20_000;

export type GraphSources = {
  /** The events of a trace in order, and whether there are more; `undefined` for one of another tenant. */
  events: Replay['events'];
  links: TraceLinks;
};

/** How traces find each other by the ids that plans name. */
export type TraceLinks = {
  /** The trace of this id that one in a log means. */
  meant(
    traceId: string,
    place: { tenantId: string; log?: string | undefined },
  ): Promise<TraceRef | undefined>;
  /** Traces with a plan that means this one, at most `limit`. */
  children(trace: TraceRef, tenantId: string, limit: number): Promise<TraceRef[]>;
};

export type Graphs = (
  trace: TraceRef,
  tenantId: string,
  scope: GraphScope,
) => Promise<TraceGraph | undefined>;

/** Two graphs in one. `missing` names the trace that is not there, or of another tenant. */
export type TraceGraphDiff = GraphDiff & {
  before: TraceRef;
  after: TraceRef;
  /** True where a trace has more events than are drawn. */
  truncated: boolean;
};

export type DiffGraphs = (
  trace: TraceRef,
  against: TraceRef,
  tenantId: string,
) => Promise<TraceGraphDiff | { missing: string }>;

/** Draws how two traces hang together otherwise. */
export function createGraphDiffs({ events }: Pick<GraphSources, 'events'>): DiffGraphs {
  return async (trace, against, tenantId) => {
    const found = await events(trace.trace_id, tenantId, trace.log);
    if (found === undefined) return { missing: trace.trace_id };
    const other = await events(against.trace_id, tenantId, against.log);
    if (other === undefined) return { missing: against.trace_id };
    return {
      before: refOf(trace, found),
      after: refOf(against, other),
      truncated: found.truncated || other.truncated,
      ...graphDiffOf(found.events, other.events),
    };
  };
}

/** Two graphs are the same only where there is something, and nothing of it was purged. */
function graphDiffOf(before: readonly AuditEvent[], after: readonly AuditEvent[]): GraphDiff {
  const diff = diffGraphs(submissionsOf(before), submissionsOf(after));
  const isWhole = diff.nodes.length > 0 && [before, after].every((events) => remainsOf(events).size === 0);
  return { ...diff, identical: diff.identical && isWhole };
}

/**
 * Draws traces from the log: one by itself, or with all that its plans were handed on from and handed on to. Traces of
 * other tenants are left out of that as if they were not there.
 */
export function createGraphs(sources: GraphSources): Graphs {
  return async (trace, tenantId, scope) => {
    const found = await sources.events(trace.trace_id, tenantId, trace.log);
    if (found === undefined) return undefined;
    const ref = refOf(trace, found);
    if (scope === 'linked') return linkedGraph({ ref, tenantId, found }, sources);
    const { trace_id } = ref;
    return {
      ...ref,
      scope,
      traces: [trace_id],
      ...takenOver([ref]),
      truncated: found.truncated,
      ...traceGraph(found.events),
    };
  };
}

type Start = { ref: TraceRef; tenantId: string; found: FoundEvents };

async function linkedGraph({ ref, tenantId, found }: Start, sources: GraphSources): Promise<TraceGraph> {
  const builder = new GraphBuilder();
  const drawn: TraceRef[] = [];
  // Grows while it is walked: what a trace is linked with comes behind all that is known so far.
  const linked = new Map([[nameOf(ref), ref]]);
  let truncated = false;
  for (const next of linked.values()) {
    if (drawn.length >= MAX_TRACES || builder.size >= MAX_NODES) {
      truncated = true;
      break;
    }
    const own = next === ref ? found : await inItsLog(next, tenantId, sources);
    if (own === undefined) continue;
    drawn.push(next);
    truncated ||= own.truncated;
    const parents = await parentsOf(own.events, { tenantId, log: next.log }, sources);
    addEvents(builder, own.events, idsOf(next, parents));
    const children = await sources.links.children(next, tenantId, MAX_TRACES);
    for (const each of [...parents.values(), ...children]) linked.set(nameOf(each), each);
  }
  const traces = drawn.map(({ trace_id }) => trace_id);
  return { ...ref, scope: 'linked', traces, ...takenOver(drawn), truncated, ...builder.build() };
}

/** The events of a trace in the log that is meant, and in no other of the same id. */
async function inItsLog(
  { trace_id, log }: TraceRef,
  tenantId: string,
  { events }: GraphSources,
): Promise<FoundEvents | undefined> {
  const found = await events(trace_id, tenantId, log);
  return found?.log === log ? found : undefined;
}

function takenOver(traces: readonly TraceRef[]): Pick<TraceGraph, 'taken_over'> {
  const taken = traces.filter(({ log }) => log !== undefined);
  return taken.length > 0 ? { taken_over: taken } : {};
}

/** Two logs may have a trace of one id. */
function nameOf({ trace_id, log }: TraceRef): string {
  return log === undefined ? trace_id : `${log}/${trace_id}`;
}

/** Ids that are of this trace alone; a parent goes by the name that it has where it is drawn itself. */
function idsOf(trace: TraceRef, parents: ReadonlyMap<string, TraceRef>): NodeIds {
  const ids = (type: string, ...parts: string[]) => `${type}:${[nameOf(trace), ...parts].join('/')}`;
  const traceName = (id: string) => nameOf(parents.get(id) ?? { trace_id: id });
  return Object.assign(ids, { traceName });
}

/** What the plans of a trace were handed on from, by the ids that they name. */
async function parentsOf(
  events: readonly AuditEvent[],
  place: { tenantId: string; log: string | undefined },
  { links }: GraphSources,
): Promise<Map<string, TraceRef>> {
  const parents = new Map<string, TraceRef>();
  for (const { event_type, payload } of events) {
    if (event_type !== 'plan_received') continue;
    const plan = payload?.['plan'] as Partial<Plan> | undefined;
    const id = plan?.parent?.trace_id;
    const parent = id === undefined || parents.has(id) ? undefined : await links.meant(id, place);
    if (id !== undefined && parent !== undefined) parents.set(id, parent);
  }
  return parents;
}
