import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The `x-request-id` of a caller is given back as it is, whatever it is in ASCII. */
    echoesRequestId?: boolean;
  }
}

const SANE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/**
 * A source of request ids. The caller's `x-request-id` is kept when it is short and plain, so that it can stand in
 * a header and a log line as it is; otherwise the request gets `<random of the process>-<count>`.
 */
export function requestIds(): (request: IncomingMessage) => string {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given === 'string' && SANE.test(given)) return given;
    count += 1;
    return `${prefix}-${count}`;
  };
}

/** What a header can carry there and back unchanged: beyond ASCII, bytes are read as one encoding and written as another. */
const ECHOED = /^[\t\x20-\x7e]+$/;

/**
 * The `x-request-id` of the answer. On a route that echoes it is what the caller sent, whatever that is in ASCII; the
 * log has the request under its own id all the same.
 */
export function answeredRequestId(request: FastifyRequest): string {
  const given = request.headers['x-request-id'];
  const echoes = request.routeOptions.config.echoesRequestId === true;
  return echoes && typeof given === 'string' && ECHOED.test(given) ? given : request.id;
}
