import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Gateway } from '../gateway/gateway.ts';
import type { Caller } from '../tokens/caller.ts';
import { type Access, mayCall } from './access.ts';
import { HttpError } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who holds the bearer token; `undefined` on public routes. */
    caller: Caller | undefined;
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;
type Authority = Pick<Gateway, 'authenticate' | 'recordAccessDenied'>;

/**
 * The hook that lets a request reach its route, before its body is read. No or an unknown token is 401, without a
 * word on whether it ever existed; a token whose roles do not reach the route is 403. Both are recorded.
 */
export function authorize(access: Access, authority: Authority): Hook {
  if (access === 'public' || access === 'public_on_loopback') return (_request, _reply, done) => done();
  return (request, _reply, done) => {
    if (namesTwoCallers(request.raw.rawHeaders)) {
      done(
        new HttpError(
          'invalid_request',
          'Send one Authorization header: with two, each reader may take another.',
        ),
      );
      return;
    }
    const caller = callerOf(request.headers.authorization, authority);
    if (caller === undefined) {
      const path = pathOf(request);
      authority.recordAccessDenied({ method: request.method, path, status: 401 });
      done(new HttpError('unauthenticated', 'Send Authorization: Bearer <token> with a valid token.'));
      return;
    }
    if (!mayCall(access, caller.roles)) {
      const path = pathOf(request);
      authority.recordAccessDenied({ method: request.method, path, status: 403, caller });
      done(new HttpError('access_denied', `The roles of this token do not reach ${request.method} ${path}.`));
      return;
    }
    request.caller = caller;
    done();
  };
}

/** The scheme is case-insensitive (RFC 9110), the token is not. */
const BEARER = /^bearer +([\x21-\x7e]{1,4096})$/i;

function callerOf(header: string | undefined, authority: Authority): Caller | undefined {
  const token = header === undefined ? undefined : BEARER.exec(header)?.[1];
  return token === undefined ? undefined : authority.authenticate(token);
}

const AUTHORIZATION = 'authorization';

/** Node keeps the first of two `Authorization` headers; a proxy in front may have looked at the second. */
function namesTwoCallers(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) count += 1;
  }
  return count > 1;
}

/** The path without its query, which may hold what belongs in no log. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
