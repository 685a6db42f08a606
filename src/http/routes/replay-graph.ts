import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import { GRAPH_SCOPES } from '../../replay/graph/graphs.ts';
import { toDot, toMermaid } from '../../replay/graph/render-graph.ts';
import { diffToDot, diffToMermaid } from '../../replay/graph/render-graph-diff.ts';
import { type Answer, json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { graphDiffSchema, graphSchema } from '../schemas/graph.ts';
import { refIn, traceLogsQuery } from '../schemas/ingest.ts';
import { idSchema, pathId } from '../schemas/paging.ts';

const FORMATS = ['json', 'mermaid', 'dot'] as const;
const MERMAID = 'text/vnd.mermaid';
const DOT = 'text/vnd.graphviz';

export function replayGraph(gateway: Gateway): Operation {
  return operation({
    route: 'GET /replay/:trace_id/graph',
    operationId: 'getTraceGraph',
    tag: 'replay',
    summary: 'Draw how a trace hangs together',
    description:
      'From the sources of instructions through identity, plans, steps and the six stages to approvals, executions and outcomes: recorded causes alone, nothing guessed from times. With `scope=linked` the traces that its plans were handed on from and to are drawn as well. With `against` both traces are drawn in one: plans and steps are paired as in the diff, and each node and edge says whether it was added, removed or changed.',
    params: z.strictObject({ trace_id: pathId('run-123') }),
    query: z.strictObject({
      scope: z.enum(GRAPH_SCOPES).default('trace'),
      against: idSchema
        .exactOptional()
        .meta({ description: 'Another trace, to be drawn into the same graph.' }),
      ...traceLogsQuery,
      format: z
        .enum(FORMATS)
        .default('json')
        .meta({ description: '`mermaid` and `dot` are the same graph as text.' }),
    }),
    answers: {
      200: {
        description: 'The graph, or with `against` what differs from that of the other trace.',
        schema: z.union([graphSchema, graphDiffSchema]),
        alsoAs: [MERMAID, DOT],
      },
    },
    problems: ['trace_not_found', 'audit_damaged'],
    handle: async ({ params: { trace_id }, query: { scope, format, against, log, against_log }, caller }) => {
      if (against === undefined) {
        const graph = await gateway.graph(refIn(log, trace_id), caller.tenant_id, scope);
        if (graph === undefined) throw notFound(trace_id);
        return answerIn(format, graph, { mermaid: toMermaid, dot: toDot });
      }
      if (scope !== 'trace')
        throw new HttpError('invalid_request', ONLY_TRACE, { errors: [ONLY_TRACE_ERROR] });
      const diff = await gateway.graphDiff(
        refIn(log, trace_id),
        refIn(against_log, against),
        caller.tenant_id,
      );
      if ('missing' in diff) throw notFound(diff.missing);
      return answerIn(format, diff, { mermaid: diffToMermaid, dot: diffToDot });
    },
  });
}

const ONLY_TRACE = 'Two traces are drawn by themselves: against goes with scope=trace alone.';
const ONLY_TRACE_ERROR = { pointer: '/query/scope', message: 'must be trace where against is given' };

function notFound(traceId: string): HttpError {
  return new HttpError('trace_not_found', `There is no trace ${traceId}.`);
}

function answerIn<T>(
  format: (typeof FORMATS)[number],
  graph: T,
  { mermaid, dot }: { mermaid(graph: T): string; dot(graph: T): string },
): Answer {
  if (format === 'mermaid') return text(MERMAID, mermaid(graph));
  return format === 'dot' ? text(DOT, dot(graph)) : json(graph);
}

function text(type: string, body: string): Answer {
  return { status: 200, contentType: `${type}; charset=utf-8`, body };
}
