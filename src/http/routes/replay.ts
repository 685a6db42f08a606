import { z } from 'zod';
import { DECISIONS } from '../../decision/stage.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { TRUST_LEVELS } from '../../plan/trust-level.ts';
import { REEVALUATE_EXAMPLES } from '../examples/replay.ts';
import { json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { logQuery, refIn } from '../schemas/ingest.ts';
import { idSchema, pageQuery, pathId, periodQuery, tenantQuery } from '../schemas/paging.ts';
import { reevaluateInputSchema, reevaluationSchema } from '../schemas/reevaluation.ts';
import { traceEvidenceSchema, tracePageSchema, traceReplaySchema } from '../schemas/replay.ts';
import { searchQuery } from '../schemas/search.ts';
import { replayDiff } from './replay-diff.ts';
import { replayGraph } from './replay-graph.ts';

export function replayOperations(gateway: Gateway): Operation[] {
  return [
    listTraces(gateway),
    getTrace(gateway),
    getSummary(gateway),
    replayGraph(gateway),
    replayDiff(gateway),
    reevaluateTrace(gateway),
  ];
}

const traceParams = z.strictObject({ trace_id: pathId('run-123') });

function listTraces(gateway: Gateway): Operation {
  return operation({
    route: 'GET /replay',
    operationId: 'listTraces',
    tag: 'replay',
    summary: 'List traces',
    description:
      'Newest first. All filters given must hold; decision and trust are those of the last decision.',
    query: z.strictObject({
      decision: z.enum(DECISIONS).exactOptional(),
      agent_id: idSchema.exactOptional(),
      tool_name: idSchema.exactOptional(),
      trust_level: z.enum(TRUST_LEVELS).exactOptional().meta({ description: 'Lowest trust of the trace.' }),
      ...tenantQuery,
      ...periodQuery,
      ...logQuery,
      ...searchQuery('a trace', 'one event of it'),
      ...pageQuery,
    }),
    answers: { 200: { description: 'One page of traces.', schema: tracePageSchema } },
    problems: ['invalid_cursor', 'audit_damaged'],
    handle: async ({ query, caller }) => json(await gateway.replay.list(query, caller.tenant_id)),
  });
}

function getTrace(gateway: Gateway): Operation {
  return operation({
    route: 'GET /replay/:trace_id',
    operationId: 'getTrace',
    tag: 'replay',
    summary: 'Read a trace back',
    description: 'Its summary, every event in order with its offset, and the plans as they were recorded.',
    params: traceParams,
    query: z.strictObject(logQuery),
    answers: { 200: { description: 'The trace.', schema: traceReplaySchema } },
    problems: ['trace_not_found', 'audit_damaged'],
    handle: async ({ params: { trace_id }, query: { log }, caller }) =>
      json(found(trace_id, await gateway.replay.trace(trace_id, caller.tenant_id, log))),
  });
}

function getSummary(gateway: Gateway): Operation {
  return operation({
    route: 'GET /replay/:trace_id/summary',
    operationId: 'getTraceSummary',
    tag: 'replay',
    summary: 'Sum a trace up as a record',
    description: 'Provenance, capability, policy and governance results: what an auditor asks for first.',
    params: traceParams,
    query: z.strictObject(logQuery),
    answers: { 200: { description: 'The summary.', schema: traceEvidenceSchema } },
    problems: ['trace_not_found', 'audit_damaged'],
    handle: async ({ params: { trace_id }, query: { log }, caller }) =>
      json(found(trace_id, await gateway.replay.summary(trace_id, caller.tenant_id, log))),
  });
}

function reevaluateTrace(gateway: Gateway): Operation {
  return operation({
    route: 'POST /replay/:trace_id/reevaluate',
    operationId: 'reevaluateTrace',
    tag: 'replay',
    summary: 'Decide the recorded plans again',
    description:
      'Each plan of the trace goes through the same pure decision, with the facts as they were recorded, under the bundle it was decided under: `identical` is the proof that the record explains itself. With `policy` all are decided under another bundle instead, and `differences` says what would come out otherwise. Nothing is reserved, opened or recorded.',
    params: traceParams,
    query: z.strictObject(logQuery),
    body: { check: reevaluateInputSchema.optional(), required: false, examples: REEVALUATE_EXAMPLES },
    answers: { 200: { description: 'What came out.', schema: reevaluationSchema } },
    problems: ['trace_not_found', 'policy_not_found', 'audit_damaged'],
    handle: async ({ params: { trace_id }, query: { log }, body, caller }) =>
      json(found(trace_id, await gateway.reevaluate(refIn(log, trace_id), caller.tenant_id, body?.policy))),
  });
}

function found<T>(traceId: string, trace: T | undefined): T {
  if (trace === undefined) throw new HttpError('trace_not_found', `There is no trace ${traceId}.`);
  return trace;
}
