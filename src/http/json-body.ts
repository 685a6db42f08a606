import type { FastifyInstance } from 'fastify';
import { parseStrictJson } from '../json/strict-json.ts';
import { HttpError } from './problem.ts';

/** The largest body, in bytes. A plan with its texts fits; what does not fit belongs behind a `content_hash`. */
export const BODY_LIMIT_BYTES = 1_048_576;

/**
 * Makes strict JSON the only body that `app` reads. An empty body is `undefined`: whether that will do is a matter
 * of the route. Compressed bodies are refused with 415, because nothing here would unpack them.
 */
export function readStrictJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
    (request, body, done) => {
      const encoding = request.headers['content-encoding'];
      if (encoding !== undefined && encoding !== 'identity') {
        done(new HttpError('unsupported_media_type', 'Compressed bodies are not read; send plain JSON.'));
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
