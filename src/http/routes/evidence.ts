import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import { EVIDENCE_EXAMPLES } from '../examples/evidence.ts';
import { type Answer, json, type Operation, operation, publicOperation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { periodInputSchema } from '../schemas/evidence.ts';
import { logQuery } from '../schemas/ingest.ts';
import { pathId } from '../schemas/paging.ts';
import { jwksSchema } from '../schemas/permit.ts';
import { tenantScope } from '../tenancy.ts';

export function evidenceOperations(gateway: Gateway): Operation[] {
  return [exportTrace(gateway), exportPeriod(gateway), keys(gateway)];
}

function exportTrace(gateway: Gateway): Operation {
  return operation({
    route: 'GET /replay/:trace_id/evidence',
    operationId: 'exportEvidence',
    tag: 'replay',
    summary: 'Take the evidence of a trace as a zip',
    description:
      'The exact lines of the log, the bundles that decided, proofs that the events are in the signed log, readings for people and programs, and a signed statement about all of it. It verifies without the gateway: `aisecops verify FILE.zip`. The export is an event itself.',
    params: z.strictObject({ trace_id: pathId('run-123') }),
    query: z.strictObject(logQuery),
    isRecorded: true,
    answers: {
      200: { description: 'The bundle.', contentType: 'application/zip', schema: z.string() },
    },
    problems: [
      'trace_not_found',
      'evidence_too_large',
      'too_many_exports',
      'audit_unavailable',
      'audit_damaged',
    ],
    handle: async ({ params: { trace_id }, query: { log }, caller }) => {
      const zip = await gateway.evidence.trace(trace_id, caller, log);
      if (zip === undefined) throw new HttpError('trace_not_found', `There is no trace ${trace_id}.`);
      // Ids are plain enough for a header and a file name.
      return zipAnswer(zip, `evidence-${trace_id}.zip`);
    },
  });
}

function exportPeriod(gateway: Gateway): Operation {
  return operation({
    route: 'POST /evidence',
    operationId: 'exportPeriod',
    tag: 'replay',
    summary: 'Take the evidence of many traces as a zip',
    description:
      'Of all traces that fit the filter, the same as of one trace: exact lines, bundles, proof that they are in the signed log, readings, a signed statement. With `sample` some of them, picked by a seed so that anybody can pick them again: `population.json` names all that fit. Where the tenant has logs that were taken over, the zip holds a bundle for each log, under its own key, and says which there are; `filter.log` asks for one. The export is an event itself.',
    body: { check: periodInputSchema, examples: EVIDENCE_EXAMPLES },
    answers: {
      200: { description: 'The bundle.', contentType: 'application/zip', schema: z.string() },
    },
    problems: [
      'origin_not_found',
      'evidence_too_large',
      'too_many_exports',
      'audit_unavailable',
      'audit_damaged',
    ],
    handle: async ({ body: { filter, sample }, caller }) => {
      const scoped = { ...filter, ...tenantScope(caller, filter.tenant_id) };
      const zip = await gateway.evidence.period(scoped, sample, caller);
      if (zip === undefined) throw new HttpError('origin_not_found', `There is no log ${filter.log}.`);
      return zipAnswer(zip, 'evidence.zip');
    },
  });
}

function zipAnswer(body: Buffer, name: string): Answer {
  const headers = { 'content-disposition': `attachment; filename="${name}"` };
  return { status: 200, contentType: 'application/zip', body, headers };
}

function keys(gateway: Gateway): Operation {
  return publicOperation({
    route: 'GET /.well-known/evidence-jwks.json',
    operationId: 'evidenceKeys',
    tag: 'replay',
    summary: 'The keys that evidence is signed with',
    description:
      'RFC 7517. Keep them where the bundles are not: a key that comes with a bundle proves nothing.',
    answers: { 200: { description: 'The keys.', schema: jwksSchema } },
    problems: [],
    handle: () => json({ keys: gateway.evidenceKeys() }),
  });
}
