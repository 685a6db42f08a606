import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError, PROBLEM_MEDIA_TYPE, problemHeaders, toProblem } from './problem.ts';
import { answeredRequestId } from './request-id.ts';

/** Told of every failure that is ours (status 500 and up), with its cause. Never of a caller's fault. */
export type FailureListener = (
  error: unknown,
  context: { request_id: string; route: string; status: number },
) => void;

/** Answers every error and every unknown route of `app` with a problem. */
export function answerErrorsAsProblems(app: FastifyInstance, onFailure: FailureListener): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(error, request, reply, onFailure));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      new HttpError('route_not_found', `No route ${request.method} here.`),
      request,
      reply,
      onFailure,
    ),
  );
}

/** Sends the problem that `error` is to the outside. Tells `onFailure` where the fault is ours. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  onFailure: FailureListener,
): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500) {
    onFailure(error, {
      request_id: request.id,
      route: request.routeOptions.url ?? '',
      status: problem.status,
    });
  }
  request.routeOptions.config.count?.(problem.status);
  return reply
    .code(problem.status)
    .headers({
      ...problemHeaders(problem, error),
      'content-type': PROBLEM_MEDIA_TYPE,
      'x-request-id': answeredRequestId(request),
    })
    .send(JSON.stringify(problem));
}

/**
 * Answers bytes that are no HTTP request: too large headers, a request that never ends, garbage. There is no reply
 * object yet, so the answer is written to the socket, which is then closed.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = toProblem(brokenRequest(error.code));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function brokenRequest(code: string | undefined): HttpError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpError('headers_too_large', 'Send fewer or shorter headers.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpError('request_timeout', 'The request did not arrive in time.');
  }
  return new HttpError('invalid_request', 'The bytes are not an HTTP request.');
}
