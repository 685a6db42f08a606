import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseStrictJson } from '../json/strict-json.ts';
import { LargeBodies } from './large-bodies.ts';
import { HttpError } from './problem.ts';

/** The largest body, in bytes. A plan with its texts fits; what does not fit belongs behind a `content_hash`. */
export const BODY_LIMIT_BYTES = 1_048_576;

/**
 * Makes strict JSON the only body that `app` reads. An empty body is `undefined`: whether that will do is a matter
 * of the route. Compressed bodies are refused with 415, because nothing here would unpack them. Bodies that only some
 * routes take, for their size, are parsed on a thread: no decision waits for them.
 */
export function readStrictJsonOnly(app: FastifyInstance): void {
  const large = new LargeBodies();
  app.addHook('onClose', () => large.close());
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
    (request, body, done) => {
      if (isCompressed(request)) {
        done(compressed());
        return;
      }
      if (body.length > BODY_LIMIT_BYTES) {
        large.parse(body).then((value) => done(null, value), done);
        return;
      }
      try {
        done(null, body.length === 0 ? undefined : parseStrictJson(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** Media type of bodies that are read line by line, as they come. */
export const LINES_MEDIA_TYPE = 'application/x-ndjson';

/** Makes lines of JSON the only body that `app` reads. They are handed on as they arrive, and not looked at here. */
export function readLinesOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(LINES_MEDIA_TYPE, (request, payload, done) => {
    if (isCompressed(request)) done(compressed());
    else done(null, payload);
  });
}

function isCompressed({ headers }: FastifyRequest): boolean {
  const encoding = headers['content-encoding'];
  return encoding !== undefined && encoding !== 'identity';
}

function compressed(): HttpError {
  return new HttpError('unsupported_media_type', 'Compressed bodies are not read; send plain JSON.');
}
