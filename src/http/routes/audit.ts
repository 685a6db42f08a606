import { z } from 'zod';
import { EVENT_TYPES } from '../../audit/event.ts';
import { DECISIONS } from '../../decision/stage.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { json, type Operation, operation } from '../operation.ts';
import { auditPageSchema } from '../schemas/audit.ts';
import { logQuery } from '../schemas/ingest.ts';
import { idSchema, pageQuery, periodQuery, tenantQuery } from '../schemas/paging.ts';
import { textSchema } from '../schemas/process.ts';
import { searchQuery } from '../schemas/search.ts';

export function auditOperations(gateway: Gateway): Operation[] {
  return [
    operation({
      route: 'GET /audit',
      operationId: 'listEvents',
      tag: 'audit',
      summary: 'List audit events',
      description: 'Newest first, as they stand in the log. All filters given must hold.',
      query: z.strictObject({
        event_type: z.enum(EVENT_TYPES).exactOptional(),
        decision: z.enum([...DECISIONS, 'skip']).exactOptional(),
        agent_id: idSchema.exactOptional(),
        tool_name: idSchema.exactOptional(),
        ...tenantQuery,
        trace_id: idSchema.exactOptional(),
        correlation_id: idSchema.exactOptional(),
        ...periodQuery,
        ...logQuery,
        ...searchQuery('an event', 'it'),
        ...pageQuery,
      }),
      answers: { 200: { description: 'One page of events.', schema: auditPageSchema } },
      problems: ['invalid_cursor', 'audit_damaged'],
      handle: async ({ query, caller }) => json(await gateway.audit.list(query, caller.tenant_id)),
    }),
    operation({
      route: 'GET /audit/checkpoint',
      operationId: 'getCheckpoint',
      tag: 'audit',
      summary: 'Get the newest checkpoint',
      description:
        'What the log has come to, signed: origin, number of events and root of the Merkle tree over them, as a signed note (c2sp.org/tlog-checkpoint). At most a second behind. Keep it: a log that was cut or rewritten later does not fit it.',
      answers: { 200: { description: 'The signed note.', contentType: 'text/plain', schema: textSchema } },
      problems: [],
      handle: async () => ({
        status: 200,
        contentType: 'text/plain; charset=utf-8',
        body: await gateway.checkpoint(),
      }),
    }),
  ];
}
