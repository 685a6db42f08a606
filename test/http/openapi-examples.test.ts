import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from '../../src/http/access.ts';
import { ANSWER_EXAMPLES } from '../../src/http/examples/answers.ts';
import { EXAMPLE_ORIGIN } from '../../src/http/examples/ingest.ts';
import { SOURCE } from '../../src/http/examples/trust.ts';
import { openapiDocument } from '../../src/http/openapi.ts';
import type { Example, Operation } from '../../src/http/operation.ts';
import { allOperations } from '../../src/http/operations.ts';
import { problemSchema } from '../../src/http/schemas/problem.ts';
import { type Reply, type StartedGateway, startGateway } from './start-gateway.ts';

type OpenApi = {
  openapi: string;
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, unknown> };
};
type OperationObject = {
  operationId: string;
  security?: unknown[];
  parameters: { name: string; in: string; example?: string; schema: Record<string, unknown> }[];
  requestBody?: {
    content: Record<string, { examples: Record<string, { value: unknown; 'x-status'?: number }> }>;
  };
  responses: Record<string, { description: string }>;
};

let gateway: StartedGateway;
let document: OpenApi;
let operations: Operation[];

beforeAll(async () => {
  gateway = await startGateway();
  document = (await gateway.send('GET /openapi.json', { token: null })).body as OpenApi;
  operations = allOperations(gateway.gateway, {
    version: '0',
    openapi: () => '{}',
    publicUrl: () => undefined,
  });
});
afterAll(() => gateway.stop());

const LARGE_PAYMENT = {
  agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
  provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
};

/** A plan that waits for approval, each time another one. */
async function pendingApproval(): Promise<string> {
  const amount = 2000 + Math.floor(Math.random() * 5000);
  const step = { tool_name: 'make_payment', arguments: { payee: 'Ltd', amount, currency: 'USD' } };
  const reply = await gateway.send('POST /evaluate', { body: { ...LARGE_PAYMENT, steps: [step] } });
  return (reply.body['approval'] as { approval_id: string }).approval_id;
}

async function allowedPlan(): Promise<string> {
  const step = { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
  const reply = await gateway.send('POST /evaluate', { body: { ...LARGE_PAYMENT, steps: [step] } });
  expect(reply.body['decision']).toBe('allow');
  return String(reply.body['execution_plan_id']);
}

async function registeredAgent(): Promise<string> {
  const agent_id = `agent-${Math.random().toString(36).slice(2)}`;
  await gateway.send('POST /agents', { body: { agent_id, tenant_id: 'acme-corp' } });
  return agent_id;
}

async function recordedTrace(): Promise<string> {
  const step = { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
  const reply = await gateway.send('POST /evaluate', { body: { ...LARGE_PAYMENT, steps: [step] } });
  return String(reply.body['trace_id']);
}

async function startedBacktest(): Promise<string> {
  const reply = await gateway.send('POST /replay/backtest', { body: { policy: 'production' } });
  return String(reply.body['backtest_id']);
}

async function placedHold(): Promise<string> {
  const reply = await gateway.send('POST /audit/holds', { body: { trace_id: 'run-1', reason: 'A test' } });
  return String(reply.body['hold_id']);
}

async function registeredSource(): Promise<string> {
  const source_name = `skill-${Math.random().toString(36).slice(2)}`;
  const { public_keys } = SOURCE;
  const keys = public_keys.map(({ public_key }) => ({ public_key }));
  const body = { source_type: 'skill', source_name, trust_level: 'internal', public_keys: keys };
  return String((await gateway.send('POST /trust/sources', { body })).body['source_id']);
}

async function publishedVersion(): Promise<string> {
  const rules = `rules: [{ id: r.${Date.now()}, match: { tool_name: read_contract }, action: allow }]`;
  const files = { 'policies.yaml': `bundle: production\n${rules}\n` };
  return String((await gateway.send('POST /policies', { body: { files } })).body['version']);
}

/** One that waits for its time. */
async function scheduledActivation(): Promise<string> {
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const version = await publishedVersion();
  const reply = await gateway.send(`POST /policies/${version}/activate`, { body: { at } });
  return String(reply.body['activation_id']);
}

/** What the path parameters of the examples stand for: something that is there, made for each example anew. */
const PARAMETERS: Record<string, () => Promise<string>> = {
  approval_id: pendingApproval,
  execution_plan_id: allowedPlan,
  agent_id: registeredAgent,
  trace_id: recordedTrace,
  backtest_id: startedBacktest,
  hold_id: placedHold,
  source_id: registeredSource,
  key_id: async () => SOURCE.public_keys[0].key_id,
  version: publishedVersion,
  activation_id: scheduledActivation,
};

async function addressOf(operation: Operation): Promise<string> {
  let address = operation.route as string;
  for (const [, name = ''] of operation.route.matchAll(/:(\w+)/g)) {
    const make = PARAMETERS[name];
    if (make === undefined) throw new Error(`no example for ${name}`);
    address = address.replace(`:${name}`, encodeURIComponent(await make()));
  }
  const { lines } = operation.body ?? {};
  return lines === undefined ? address : `${address}?origin=${encodeURIComponent(EXAMPLE_ORIGIN)}`;
}

function sendingOf({ body }: Operation, { value }: Example): Parameters<StartedGateway['send']>[1] {
  if (body?.lines === undefined) return { body: value };
  return { raw: String(value), headers: { 'content-type': 'application/x-ndjson' } };
}

function expectDocumented(operation: Operation, reply: Reply): void {
  const doc = operation.answers[reply.status];
  const schema = doc === undefined ? problemSchema : doc.schema;
  const value = doc?.contentType === undefined ? reply.body : reply.text;
  const result = schema?.safeParse(value);
  expect(result?.error?.issues ?? []).toEqual([]);
}

function expectedStatus(operation: Operation, example: Example): number {
  return example.status ?? Number(Object.keys(operation.answers).find((status) => status.startsWith('2')));
}

describe('every request example of the OpenAPI document', () => {
  const routes = Object.keys(ACCESS).filter((route) => /^(POST|PATCH|PUT) /.test(route));

  it.each(routes)('%s is answered as documented', async (route) => {
    const operation = operations.find((candidate) => candidate.route === route);
    if (operation === undefined) throw new Error(`no operation ${route}`);
    const examples = Object.entries(operation.body?.examples ?? {});
    for (const [name, example] of examples) {
      const reply = await gateway.send(await addressOf(operation), sendingOf(operation, example));
      expect({ name, status: reply.status, text: reply.status < 400 ? '' : reply.text }).toMatchObject({
        name,
        status: expectedStatus(operation, example),
      });
      expectDocumented(operation, reply);
      const verdict = /^(allow|block|require_approval): /.exec(example.summary)?.[1];
      if (verdict !== undefined)
        expect({ name, decision: reply.body['decision'] }).toEqual({ name, decision: verdict });
    }
    expect(examples.length > 0 || operation.body === undefined).toBe(true);
  });

  it('stands in the document as it was sent', () => {
    for (const operation of operations.filter(({ body }) => body !== undefined)) {
      const [method = '', url = ''] = operation.route.split(' ');
      const object = document.paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      const shown = Object.values(object?.requestBody?.content ?? {})[0]?.examples ?? {};
      expect(Object.keys(shown)).toEqual(Object.keys(operation.body?.examples ?? {}));
    }
  });
});

describe('every GET', () => {
  // A stream has no end; test/http/audit-stream.test.ts reads what it answers.
  const routes = Object.keys(ACCESS).filter(
    (route) => /^GET [^:]*$/.test(route) && route !== 'GET /audit/stream',
  );

  it.each(routes)('%s answers what is documented', async (route) => {
    const operation = operations.find((candidate) => candidate.route === route);
    const reply = await gateway.send(route);
    expect(reply.status).toBe(200);
    if (operation === undefined) return;
    expectDocumented(operation, reply);
  });
});

describe('every answer example', () => {
  it('is there and fits its schema', () => {
    for (const { route, answers } of operations) {
      for (const [status, { schema }] of Object.entries(answers)) {
        if (schema === undefined || route === 'GET /openapi.json') continue;
        const issues = schema.safeParse(ANSWER_EXAMPLES[route]).error?.issues ?? [];
        expect({ route, status, issues }).toEqual({ route, status, issues: [] });
      }
    }
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1 with one operation for each route', () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(document.openapi).toBe('3.1.0');
    expect(routes.toSorted()).toEqual(Object.keys(ACCESS).toSorted());
  });

  it('gives every operation an id of its own', () => {
    const ids = objects().map((object) => object.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('declares every parameter of a path', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const object of Object.values(methods)) {
        const declared = object.parameters.filter((one) => one.in === 'path');
        expect(declared.map((one) => one.name)).toEqual(inPath);
        for (const { example } of declared) expect(example).toMatch(/^[\w:-]{7,}$/);
      }
    }
  });

  it('says of every number in a query that it is one, and its bounds', () => {
    const named = objects().flatMap(({ parameters }) => parameters);
    const limits = named.filter(({ name }) => name === 'limit' || name === 'wait');
    expect(limits.length).toBeGreaterThan(4);
    for (const { schema } of limits) {
      expect(schema).toMatchObject({
        type: 'integer',
        minimum: expect.any(Number),
        maximum: expect.any(Number),
      });
    }
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, target]) => target,
    );
    expect(references.length).toBeGreaterThan(20);
    for (const target of new Set(references)) {
      const name = /^#\/components\/schemas\/([A-Za-z0-9._-]+)$/.exec(target ?? '')?.[1];
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
  });

  it('names the bearer token that Authorize asks for', () => {
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
  });

  it('says of every operation with a token that it may be missing or not reach', () => {
    for (const object of objects().filter((one) => one.security === undefined)) {
      expect(Object.keys(object.responses)).toEqual(expect.arrayContaining(['401', '403', '500']));
    }
  });

  it('is the same on every start', () => {
    const again = openapiDocument(operations, '0.0.0-test');
    expect(JSON.stringify(again)).toBe(JSON.stringify(document));
  });

  function objects(): OperationObject[] {
    return Object.values(document.paths).flatMap((methods) => Object.values(methods));
  }
});
