import { z } from 'zod';
import { EVENT_TYPES } from '../../audit/event.ts';
import { DECISIONS } from '../../decision/stage.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { StreamPlace } from '../../sinks/stream-part.ts';
import { type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { idSchema, tenantQuery, wholeNumber } from '../schemas/paging.ts';
import { textSchema } from '../schemas/process.ts';
import { tenantScope } from '../tenancy.ts';

export function auditStream(gateway: Gateway): Operation {
  return operation({
    route: 'GET /audit/stream',
    operationId: 'streamEvents',
    tag: 'audit',
    summary: 'Watch audit events as they happen',
    description:
      'Server-sent events, each once it is durable, in the order of the log: `id` is its `sequence`, `data` the exact line. Events of a log that is taken over come behind the event that says so, `audit_ingested`: their `id` is that sequence, a point, their own `sequence`, an at sign and the origin of their log. Without a place to begin at, the stream has what comes from now on. It goes on behind `Last-Event-ID` with nothing missing and nothing twice. All filters given must hold. Comments keep the connection alive; a reader that takes nothing for 30 seconds is cut, and so is one whose token is revoked.',
    query: z.strictObject({
      event_type: z.enum(EVENT_TYPES).exactOptional(),
      decision: z.enum([...DECISIONS, 'skip']).exactOptional(),
      agent_id: idSchema.exactOptional(),
      tool_name: idSchema.exactOptional(),
      ...tenantQuery,
      trace_id: idSchema.exactOptional(),
      log: idSchema.exactOptional().meta({
        description:
          'The origin of the only log whose events are wanted; absent: the gateway’s own and all that are taken over.',
      }),
      from_sequence: wholeNumber(0, 999_999_999)
        .exactOptional()
        .meta({ description: 'The first event to look at. `Last-Event-ID` goes before it.' }),
    }),
    answers: {
      200: { description: 'The events.', contentType: 'text/event-stream', schema: textSchema },
    },
    problems: ['events_ahead', 'events_gone', 'too_many_streams', 'audit_damaged', 'sinks_unavailable'],
    resumes: true,
    handle: async ({ query: { tenant_id, from_sequence, ...filter }, caller, lastEventId, signal }) => {
      const after = lastEventId === undefined ? before(from_sequence) : placeIn(lastEventId);
      const body = await gateway.sinks.streams.open({
        caller,
        isActive: () => gateway.tokens.isActive(caller.token_id),
        filter: { ...filter, ...tenantScope(caller, tenant_id) },
        ...(after === undefined ? {} : { after }),
        signal: signal(),
      });
      return {
        status: 200,
        contentType: 'text/event-stream; charset=utf-8',
        // A proxy that gathers an answer before it passes it on would gather this one for ever.
        headers: { 'x-accel-buffering': 'no' },
        body,
      };
    },
  });
}

function before(sequence: number | undefined): StreamPlace | undefined {
  return sequence === undefined ? undefined : { sequence: sequence - 1 };
}

/** An id of the stream: an event of the log, or behind a point one of the part of another log that it tells of. */
const EVENT_ID = /^(\d{1,15})(?:\.(\d{1,15})(?:@[!-~]*)?)?$/;

function placeIn(lastEventId: string): StreamPlace {
  const [, sequence, within] = EVENT_ID.exec(lastEventId) ?? [];
  if (sequence !== undefined)
    return { sequence: Number(sequence), ...(within !== undefined && { within: Number(within) }) };
  throw new HttpError('invalid_request', 'Last-Event-ID is not an id of this stream.', {
    errors: [{ pointer: '/headers/last-event-id', message: 'must be an id that the stream gave out' }],
  });
}
