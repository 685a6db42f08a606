import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import type { IngestAnswer } from '../../ingest/ingest.ts';
import type { Caller } from '../../tokens/caller.ts';
import { INGEST_EXAMPLES, ORIGIN_EXAMPLES } from '../examples/ingest.ts';
import { json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import {
  ingestAnswerSchema,
  originInputSchema,
  originListSchema,
  originQuery,
  originSchema,
} from '../schemas/ingest.ts';
import { tenantQuery } from '../schemas/paging.ts';
import { tenantScope, tenantToCreateIn } from '../tenancy.ts';

export function ingestOperations(gateway: Gateway): Operation[] {
  return [listOrigins(gateway), registerOrigin(gateway), ingest(gateway)];
}

function listOrigins(gateway: Gateway): Operation {
  return operation({
    route: 'GET /audit/origins',
    operationId: 'listOrigins',
    tag: 'audit',
    summary: 'List the logs that may be handed over',
    description: 'By name, each with how far it was taken over: where the next request goes on.',
    query: z.strictObject({ origin: originQuery.exactOptional(), ...tenantQuery }),
    answers: { 200: { description: 'The logs.', schema: originListSchema } },
    problems: [],
    handle: ({ query: { origin, tenant_id }, caller }) => {
      const { tenant_id: scope = '*' } = tenantScope(caller, tenant_id);
      const all = gateway.ingest.origins(scope);
      return json({ origins: all.filter((one) => origin === undefined || one.origin === origin) });
    },
  });
}

function registerOrigin(gateway: Gateway): Operation {
  return operation({
    route: 'POST /audit/origins',
    operationId: 'registerOrigin',
    tag: 'audit',
    summary: 'Let a log be handed over',
    description:
      'Names a log of another process and the key that signs it: from now on `POST /audit/ingest` takes it, for this tenant. Registered again with another key, only that one counts from then on. An event says so.',
    body: { check: originInputSchema, examples: ORIGIN_EXAMPLES },
    answers: { 201: { description: 'The log as it is registered.', schema: originSchema } },
    problems: ['origin_key_invalid', 'origin_taken', 'audit_unavailable'],
    idempotent: true,
    handle: async ({ body: { tenant_id, ...log }, caller }) => {
      const tenant = tenantToCreateIn(caller, tenant_id);
      return json(await gateway.ingest.register({ ...log, tenant_id: tenant }, caller), 201);
    },
  });
}

function ingest(gateway: Gateway): Operation {
  return operation({
    route: 'POST /audit/ingest',
    operationId: 'ingestLog',
    tag: 'audit',
    summary: 'Hand over a log of another process',
    description:
      'The lines of a log as they stand in it, in order, from the event on that comes next, and last `{"checkpoint": "…", "consistency": […]}`: a checkpoint signed by the registered key, over these events or over more, then with the proof that they are its beginning. `{"blob": "sha256:…", "text": "…"}` and `{"policy": "sha256:…", "content": {…}}` come before the first event that names them, in the same request; what no event of it names is not kept. One request takes up to 16 MiB; a log is handed over in as many as it takes. Everything is verified before anything counts: form, hashes, both chains, tenant, root and signature. Events that were here before change nothing; others in their place are refused (`fork`), as are gaps and, with `head`, a log that ends before what was handed over (`rollback`). Each refusal names the first event that is wrong, and is an event itself.',
    query: z.strictObject({
      origin: originQuery,
      head: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: '`true`: the checkpoint is the newest that the log has.' }),
    }),
    body: {
      check: z.instanceof(Readable),
      schema: z.string().meta({ description: 'Lines of JSON, each with its newline.' }),
      lines: true,
      examples: INGEST_EXAMPLES,
    },
    answers: { 200: { description: 'What was taken over.', schema: ingestAnswerSchema } },
    problems: [
      ...(['origin_not_found', 'ingest_refused', 'ingest_conflict', 'too_many_ingests'] as const),
      ...(['body_too_large', 'audit_unavailable'] as const),
    ],
    handle: async ({ query: { origin, head }, body, caller }) =>
      json(await taken(gateway, { origin, isHead: head === 'true', body, caller })),
  });
}

type Handed = { origin: string; isHead: boolean; body: Readable; caller: Caller };

/** Whatever comes of it, the rest of the body is read: an answer does not reach who is still sending. */
async function taken(gateway: Gateway, { body, caller, ...which }: Handed): Promise<IngestAnswer> {
  try {
    return await gateway.ingest.push(which, body.iterator({ destroyOnReturn: false }), caller);
  } catch (error) {
    const hasHungUp = Object(error).code === 'ECONNRESET';
    throw hasHungUp ? new HttpError('invalid_request', 'The caller hung up in mid-body.') : error;
  } finally {
    body.resume();
  }
}
