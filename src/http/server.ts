import Fastify, { type FastifyInstance } from 'fastify';
import { isLoopback } from '../config.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { ACCESS, type RouteName } from './access.ts';
import { serveDocumentation } from './documentation.ts';
import { BODY_LIMIT_BYTES, readStrictJsonOnly } from './json-body.ts';
import { openapiDocument } from './openapi.ts';
import type { Operation } from './operation.ts';
import { allOperations } from './operations.ts';
import {
  answerBrokenRequest,
  answerErrorsAsProblems,
  type FailureListener,
  sendProblem,
} from './refusals.ts';
import { refuseOtherMethods, registerOperation } from './register.ts';
import { requestIds } from './request-id.ts';

/** A request has this long to arrive in full. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const MAX_HEADER_BYTES = 16_384;
/** An id of 256 characters of three bytes, each byte percent-encoded. */
const MAX_PARAMETER_LENGTH = 2_304;

export type ServerOptions = {
  /** Version of the product, for the OpenAPI document. */
  version: string;
};

/**
 * The HTTP server of a gateway: every route, `/docs`, and nothing that decides. Not listening yet.
 *
 * Throws when a route has no entry in the access table or an entry has no route. `close()` lets what is in flight
 * finish and ends long polls at once; it does not close the gateway.
 */
export function buildServer(gateway: Gateway, options: ServerOptions): FastifyInstance {
  const onFailure = failureLog(gateway);
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS },
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // Answers to what arrives on open connections while the rest drains; readiness tells the balancer to go away.
    return503OnClosing: false,
    genReqId: requestIds(),
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply, onFailure);
    },
  });
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.decorateRequest('caller', undefined);
  // Operations hold requests against their own schemas, and answer in bytes: the framework has nothing to compile.
  app.setValidatorCompiler(() => () => true);
  readStrictJsonOnly(app);
  answerErrorsAsProblems(app, onFailure);
  const { config } = gateway;
  const operations = allOperations(gateway, {
    version: options.version,
    openapi: () => text,
    // Never the Host header: whoever sends it would choose where others send their requests.
    publicUrl: () => config.public_url ?? (isLoopback(config.host) ? app.listeningOrigin : undefined),
  });
  assertAccessTable(operations);
  const document = openapiDocument(operations, options.version);
  const text = JSON.stringify(document);
  serveDocumentation(app, document);
  for (const operation of operations) {
    registerOperation(app, operation, {
      gateway,
      closing: closing.signal,
      open: isLoopback(config.host),
    });
  }
  refuseOtherMethods(app, operations);
  return app;
}

/** A bug with its stack; what is busy or full by its message alone, because then it happens thousands of times. */
function failureLog({ logger }: Gateway): FailureListener {
  return (error, context) => {
    if (context.status === 503 && error instanceof Error) {
      logger.warn({ cause: error.message, ...context }, 'request not served');
    } else {
      logger.error({ err: error, ...context }, 'request failed');
    }
  };
}

function assertAccessTable(operations: readonly Operation[]): void {
  const built = new Set<string>(operations.map((operation) => operation.route));
  const missing = (Object.keys(ACCESS) as RouteName[]).filter((route) => !built.has(route));
  if (missing.length > 0 || built.size !== operations.length) {
    throw new Error(`routes and access table differ: ${missing.join(', ') || 'a route stands twice'}`);
  }
}
