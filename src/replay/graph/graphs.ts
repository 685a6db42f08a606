import type { AuditEvent } from '../../audit/event.ts';
import type { Plan } from '../../plan/plan.ts';
import { remainsOf } from '../remains.ts';
import { submissionsOf } from '../submissions.ts';
import { type Graph, GraphBuilder, type NodeIds } from './graph.ts';
import { diffGraphs, type GraphDiff } from './graph-diff.ts';
import { addEvents, traceGraph } from './trace-graph.ts';

export const GRAPH_SCOPES = ['trace', 'linked'] as const;
export type GraphScope = (typeof GRAPH_SCOPES)[number];

/** A graph with the traces that are in it. */
export type TraceGraph = Graph & {
  trace_id: string;
  scope: GraphScope;
  /** The trace itself first. */
  traces: string[];
  /** True where there was more than one answer holds. */
  truncated: boolean;
};

/** Traces of one linked graph at most, and nodes from which no further trace joins it. */
const MAX_TRACES = 50;
const MAX_NODES = 20_000;

export type GraphSources = {
  /** The events of a trace in order, and whether there are more; `undefined` for one of another tenant. */
  events(
    traceId: string,
    tenantId: string,
  ): Promise<{ events: AuditEvent[]; truncated: boolean } | undefined>;
  childTraces(traceId: string, limit: number): Promise<string[]>;
};

export type Graphs = (
  traceId: string,
  tenantId: string,
  scope: GraphScope,
) => Promise<TraceGraph | undefined>;

/** Two graphs in one. `missing` names the trace that is not there, or of another tenant. */
export type TraceGraphDiff = GraphDiff & {
  before: { trace_id: string };
  after: { trace_id: string };
  /** True where a trace has more events than are drawn. */
  truncated: boolean;
};

export type DiffGraphs = (
  traceId: string,
  against: string,
  tenantId: string,
) => Promise<TraceGraphDiff | { missing: string }>;

/** Draws how two traces hang together otherwise. */
export function createGraphDiffs({ events }: Pick<GraphSources, 'events'>): DiffGraphs {
  return async (traceId, against, tenantId) => {
    const found = await events(traceId, tenantId);
    if (found === undefined) return { missing: traceId };
    const other = await events(against, tenantId);
    if (other === undefined) return { missing: against };
    return {
      before: { trace_id: traceId },
      after: { trace_id: against },
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
  return async (traceId, tenantId, scope) => {
    const found = await sources.events(traceId, tenantId);
    if (found === undefined) return undefined;
    if (scope === 'linked') return linkedGraph({ traceId, tenantId, found }, sources);
    const graph = traceGraph(found.events);
    return { trace_id: traceId, scope, traces: [traceId], truncated: found.truncated, ...graph };
  };
}

type Start = { traceId: string; tenantId: string; found: { events: AuditEvent[]; truncated: boolean } };

async function linkedGraph({ traceId, tenantId, found }: Start, sources: GraphSources): Promise<TraceGraph> {
  const builder = new GraphBuilder();
  const traces: string[] = [];
  // Grows while it is walked: what a trace is linked with comes behind all that is known so far.
  const linked = new Set([traceId]);
  let truncated = false;
  for (const next of linked) {
    if (traces.length >= MAX_TRACES || builder.size >= MAX_NODES) {
      truncated = true;
      break;
    }
    const own = next === traceId ? found : await sources.events(next, tenantId);
    if (own === undefined) continue;
    traces.push(next);
    truncated ||= own.truncated;
    addEvents(builder, own.events, idsOf(next));
    for (const parent of parentsOf(own.events)) linked.add(parent);
    for (const child of await sources.childTraces(next, MAX_TRACES)) linked.add(child);
  }
  return { trace_id: traceId, scope: 'linked', traces, truncated, ...builder.build() };
}

function idsOf(traceId: string): NodeIds {
  return (type, ...parts) => `${type}:${[traceId, ...parts].join('/')}`;
}

function parentsOf(events: readonly AuditEvent[]): string[] {
  return events.flatMap(({ event_type, payload }) => {
    if (event_type !== 'plan_received') return [];
    const plan = payload?.['plan'] as Partial<Plan> | undefined;
    return plan?.parent?.trace_id ?? [];
  });
}
