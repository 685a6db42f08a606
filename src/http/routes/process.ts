import type { Gateway } from '../../gateway/gateway.ts';
import { type Answer, json, type Operation, publicOperation } from '../operation.ts';
import { HttpError, PROBLEM_MEDIA_TYPE, problemHeaders, toProblem } from '../problem.ts';
import {
  healthSchema,
  indexSchema,
  livenessSchema,
  openapiSchema,
  readinessSchema,
  textSchema,
} from '../schemas/process.ts';

const LINKS = {
  documentation: '/docs',
  openapi: '/openapi.json',
  evaluate: '/evaluate',
  replay: '/replay',
  audit: '/audit',
  health: '/health',
  metrics: '/metrics',
};

/** `openapi` is called per request: the document is built from these operations, so it comes after them. */
export function processOperations(gateway: Gateway, version: string, openapi: () => string): Operation[] {
  return [
    index(version),
    health(gateway, version),
    livez(gateway),
    readyz(gateway),
    metrics(gateway),
    document(openapi),
  ];
}

function index(version: string): Operation {
  return publicOperation({
    route: 'GET /',
    operationId: 'index',
    tag: 'process',
    summary: 'Where to go from here',
    description: 'Links to the documentation and the main routes.',
    answers: { 200: { description: 'The links.', schema: indexSchema } },
    problems: [],
    handle: () => json({ name: 'AISecOps Interceptor', version, links: LINKS }),
  });
}

function health(gateway: Gateway, version: string): Operation {
  return publicOperation({
    route: 'GET /health',
    operationId: 'health',
    tag: 'process',
    summary: 'How the gateway is',
    description:
      '200 as long as the process answers; `degraded` when a check fails. For people and dashboards.',
    answers: { 200: { description: 'The state of each part.', schema: healthSchema } },
    problems: [],
    handle: () => {
      const { checks } = gateway.readiness();
      return json({ status: checks.every((check) => check.ok) ? 'ok' : 'degraded', version, checks });
    },
  });
}

function livez(gateway: Gateway): Operation {
  return publicOperation({
    route: 'GET /livez',
    operationId: 'livez',
    tag: 'process',
    summary: 'Liveness',
    description:
      'For orchestrators: restart the process when this fails. A log that met a failed write takes nothing until it is reopened with recovery, so only a restart helps.',
    answers: { 200: { description: 'Alive.', schema: livenessSchema } },
    problems: ['audit_unavailable'],
    handle: () => {
      if (gateway.isBroken())
        throw new HttpError('audit_unavailable', 'The audit log is broken; restart the process.');
      return json({ status: 'ok' });
    },
  });
}

function readyz(gateway: Gateway): Operation {
  return publicOperation({
    route: 'GET /readyz',
    operationId: 'readyz',
    tag: 'process',
    summary: 'Readiness',
    description:
      'For load balancers: 200 while plans can be decided, 503 otherwise and during shutdown. Policy files that cannot be loaded show as a failed check and do not make the gateway unready, because the last good bundle stays active.',
    answers: { 200: { description: 'Ready.', schema: readinessSchema } },
    problems: ['not_ready'],
    handle: () => {
      const { ready, checks } = gateway.readiness();
      return ready ? json({ ready, checks }) : notReady(checks);
    },
  });
}

function notReady(checks: unknown): Answer {
  const error = new HttpError('not_ready', 'The gateway cannot decide plans now.');
  const problem = toProblem(error);
  return {
    ...json({ ...problem, ready: false, checks }, problem.status),
    contentType: PROBLEM_MEDIA_TYPE,
    headers: problemHeaders(problem, error),
  };
}

function metrics(gateway: Gateway): Operation {
  return publicOperation({
    route: 'GET /metrics',
    operationId: 'metrics',
    tag: 'process',
    summary: 'Metrics',
    description: 'In the Prometheus text format.',
    answers: { 200: { description: 'The metrics.', contentType: 'text/plain', schema: textSchema } },
    problems: [],
    handle: async () => ({
      status: 200,
      contentType: gateway.metrics.contentType,
      body: await gateway.metrics.text(),
    }),
  });
}

function document(openapi: () => string): Operation {
  return publicOperation({
    route: 'GET /openapi.json',
    operationId: 'openapi',
    tag: 'process',
    summary: 'This document',
    description: 'OpenAPI 3.1.',
    answers: { 200: { description: 'The document.', schema: openapiSchema } },
    problems: [],
    handle: () => ({ status: 200, contentType: 'application/json; charset=utf-8', body: openapi() }),
  });
}
