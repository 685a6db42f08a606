import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Gateway } from '../gateway/gateway.ts';
import { ACCESS, type Access, type RouteName } from './access.ts';
import { authorize } from './auth.ts';
import { withIdempotency } from './idempotency.ts';
import { readLinesOnly } from './json-body.ts';
import type { Answer, Operation, RawCall } from './operation.ts';
import { HttpError, toProblem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { answeredRequestId } from './request-id.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Counts an answer of the route by its status. Called where the answer is made: a hook would cost more than it. */
    count?: (status: number) => void;
  }
}

export type Surroundings = {
  gateway: Gateway;
  /** Fires when the server begins to close. */
  closing: AbortSignal;
  /** True where `public_on_loopback` means public. */
  open: boolean;
};

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Registers one operation: access first, then the body, then its function, and a count of what it answered. */
export function registerOperation(app: FastifyInstance, operation: Operation, around: Surroundings): void {
  const { method, url } = partsOf(operation.route);
  const count = around.gateway.metrics.requestCounter(method, url);
  const run = withIdempotency(operation, {
    idempotency: around.gateway.idempotency,
    onNotKept: (cause) =>
      around.gateway.logger.error({ err: cause }, 'an idempotent answer could not be kept'),
  });
  routerOf(app, operation, (router) => {
    router.route({
      method,
      url,
      onRequest: authorize(accessOf(operation.route, around.open), around.gateway),
      config: { count, echoesRequestId: operation.echoesRequestId === true },
      exposeHeadRoute: method === 'GET' && operation.isRecorded !== true,
      ...(operation.mediaTypeProblem && { errorHandler: asMediaTypeProblem(operation.mediaTypeProblem) }),
      ...(operation.bodyLimit !== undefined && { bodyLimit: operation.bodyLimit }),
      handler: async (request, reply) => {
        const answer = await run(rawCall(request, reply, around.closing), request);
        count(answer.status);
        // An answered connection that stays open would hold up the end of a server that is closing.
        if (around.closing.aborted) reply.header('connection', 'close');
        return send(answer, request, reply);
      },
    });
  });
}

/** A route with a body of lines reads no other, and no other route reads those. */
function routerOf(app: FastifyInstance, { body }: Operation, use: (router: FastifyInstance) => void): void {
  if (body?.lines === undefined) {
    use(app);
    return;
  }
  app.register(async (router) => {
    readLinesOnly(router);
    use(router);
  });
}

/** Hands an error on; a body of the wrong media type under another code than everywhere else. */
function asMediaTypeProblem(code: ProblemCode): (error: unknown) => never {
  return (error) => {
    if (toProblem(error).code !== 'unsupported_media_type') throw error;
    throw new HttpError(code, 'The body must be application/json, and not compressed.');
  };
}

/** Answers 405 with `Allow` to every method that the path of an operation does not know, and `OPTIONS` with `Allow`. */
export function refuseOtherMethods(app: FastifyInstance, operations: readonly Operation[]): void {
  const known = new Map<string, string[]>();
  const withHead = new Set<string>();
  for (const { route, isRecorded } of operations) {
    const { method, url } = partsOf(route);
    known.set(url, [...(known.get(url) ?? []), String(method)]);
    if (method === 'GET' && isRecorded !== true) withHead.add(url);
  }
  for (const [url, methods] of known) {
    const methodsAllowed = withHead.has(url) ? [...methods, 'HEAD'] : methods;
    const allow = methodsAllowed.join(', ');
    app.route({
      method: METHODS.filter((method) => !methodsAllowed.includes(method)),
      url,
      onRequest: (request, _reply, done) =>
        done(
          new HttpError('method_not_allowed', `${request.method} is not one of ${allow}.`, {
            headers: { allow },
          }),
        ),
      handler: () => undefined,
    });
    // No word on origins: a page of another site has no business here.
    app.options(url, (request, reply) => {
      reply.code(204).header('allow', allow).header('x-request-id', request.id).send();
    });
  }
}

/** `public_on_loopback` is public where the server listens on loopback, and for operators and analysts elsewhere. */
export function accessOf(route: RouteName, open: boolean): Access {
  const access: Access = ACCESS[route];
  if (access !== 'public_on_loopback') return access;
  return open ? 'public' : ['operator', 'analyst'];
}

function partsOf(route: RouteName): { method: HTTPMethods; url: string } {
  const [method = '', url = ''] = route.split(' ');
  return { method, url };
}

function rawCall(request: FastifyRequest, reply: FastifyReply, closing: AbortSignal): RawCall {
  const gone = whenGone(reply);
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    caller: request.caller,
    lastEventId: lastEventId(request),
    signal: () => AbortSignal.any([gone(), closing]),
    gone,
  };
}

function lastEventId(request: FastifyRequest): string | undefined {
  const { 'last-event-id': value } = request.headers;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Made only for what waits: a controller for every request would cost more than most requests. */
function whenGone({ raw }: FastifyReply): () => AbortSignal {
  let signal: AbortSignal | undefined;
  return () => {
    signal ??= closeSignal(raw);
    return signal;
  };
}

function closeSignal(answer: ServerResponse): AbortSignal {
  const closed = new AbortController();
  if (answer.destroyed) closed.abort();
  answer.once('close', () => closed.abort());
  return closed.signal;
}

function send(answer: Answer, request: FastifyRequest, reply: FastifyReply): Answer['body'] {
  reply.code(answer.status);
  reply.header('x-request-id', answeredRequestId(request));
  if (answer.contentType !== '') reply.header('content-type', answer.contentType);
  if (request.method === 'GET') reply.header('cache-control', 'no-store');
  if (answer.headers !== undefined) reply.headers(answer.headers);
  return answer.body;
}
