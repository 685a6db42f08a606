import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import { letterId } from '../../sinks/dead-letters.ts';
import type { SinkLetter } from '../../sinks/sinks.ts';
import { json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { idSchema, pageQuery, pathId } from '../schemas/paging.ts';
import { sinkFailuresSchema, sinkRetrySchema } from '../schemas/sink.ts';

export function auditFailureOperations(gateway: Gateway): Operation[] {
  return [list(gateway), retry(gateway)];
}

function list(gateway: Gateway): Operation {
  return operation({
    route: 'GET /audit/failures',
    operationId: 'listSinkFailures',
    tag: 'audit',
    summary: 'See how the sinks are',
    description:
      'Every sink with where it is, how far behind, and why it fails; and a page of dead letters, the events that targets refused, oldest first. A caller of one tenant sees the dead letters of that tenant.',
    query: z.strictObject({ sink: idSchema.exactOptional(), ...pageQuery }),
    answers: { 200: { description: 'Sinks, and one page of dead letters.', schema: sinkFailuresSchema } },
    problems: ['invalid_cursor', 'sink_not_found', 'sinks_unavailable'],
    handle: async ({ query: { sink, limit, cursor }, caller }) => {
      const letters = await gateway.sinks.letters(caller.tenant_id, sink);
      const sinks = await gateway.sinks.figures();
      const shown = sink === undefined ? sinks : sinks.filter(({ name }) => name === sink);
      const order = sinks.map(({ name }) => name);
      const { page, next_cursor } = pageOf(letters, {
        order,
        limit,
        ...(cursor !== undefined && { cursor }),
      });
      return json({ sinks: shown, dead_letters: page, next_cursor });
    },
  });
}

function retry(gateway: Gateway): Operation {
  return operation({
    route: 'POST /audit/failures/:sink/retry',
    operationId: 'retrySink',
    tag: 'audit',
    summary: 'Have a sink try again now',
    description:
      'What waits is tried at once, and the dead letters that the caller can see are sent once more. Those that are taken are dead letters no longer. Recorded as `sink_retried` before anything is sent.',
    params: z.strictObject({ sink: pathId('security') }),
    answers: { 202: { description: 'It is being tried.', schema: sinkRetrySchema } },
    problems: ['sink_not_found', 'audit_unavailable', 'sinks_unavailable'],
    handle: async ({ params: { sink }, caller }) =>
      json({ sink, letters: await gateway.sinks.retry(sink, caller) }, 202),
  });
}

const CURSOR = /^([a-z][a-z0-9-]*)\.(\d{1,15})(?:\.(\d{1,15}))?$/;

/** A cursor names the last letter shown, so that letters which go meanwhile move no page. */
function pageOf(
  letters: readonly SinkLetter[],
  { order, limit, cursor }: { order: readonly string[]; limit: number; cursor?: string },
): { page: readonly SinkLetter[]; next_cursor?: string } {
  const rest = cursor === undefined ? letters : lettersBehind(letters, cursor, order);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  if (last === undefined || rest.length === page.length) return { page };
  return { page, next_cursor: `${last.sink}.${letterId(last)}` };
}

function lettersBehind(
  letters: readonly SinkLetter[],
  cursor: string,
  order: readonly string[],
): readonly SinkLetter[] {
  const [, name = '', shown = '', within] = CURSOR.exec(cursor) ?? [];
  const last = [Number(shown), within === undefined ? -1 : Number(within)] as const;
  const place = order.indexOf(name);
  if (place < 0) throw new HttpError('invalid_cursor', 'The cursor is not one that this list gave out.');
  return letters.filter((letter) =>
    letter.sink === name ? isBehind(letter, last) : order.indexOf(letter.sink) > place,
  );
}

/** In the order in which the logs are followed: what was taken over comes behind the event that says so. */
function isBehind({ sequence, recorded }: SinkLetter, [shown, within]: readonly [number, number]): boolean {
  const [own, inPart] = recorded === undefined ? [sequence, -1] : [recorded, sequence];
  return own > shown || (own === shown && inPart > within);
}
