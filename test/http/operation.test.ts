import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { json, operation, publicOperation, type RawCall } from '../../src/http/operation.ts';
import type { Caller } from '../../src/tokens/caller.ts';

const caller: Caller = { token_id: 'tok-1', name: 'ada', roles: ['analyst'], tenant_id: 'acme-corp' };
const described = {
  operationId: 'x',
  tag: 'process',
  summary: 'x',
  description: 'x',
  answers: {},
  problems: [],
} as const;

const echo = operation({
  ...described,
  route: 'POST /agents',
  params: z.strictObject({ id: z.string() }),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).default(50) }),
  body: { check: z.strictObject({ name: z.string(), list: z.array(z.number()).optional() }), examples: {} },
  handle: ({ params, query, body, caller: who }) => json({ params, query, body, who: who.name }),
});

function call(parts: Partial<RawCall>): RawCall {
  const signal = () => AbortSignal.abort();
  return {
    params: { id: 'a' },
    query: {},
    lastEventId: undefined,
    body: { name: 'n' },
    caller,
    signal,
    gone: signal,
    ...parts,
  };
}

async function refusal(parts: Partial<RawCall>): Promise<unknown> {
  return (async () => echo.run(call(parts)))().catch((error: unknown) => error);
}

describe('an operation', () => {
  it('hands over what fits, with defaults', async () => {
    const answer = await echo.run(call({}));
    expect(answer.status).toBe(200);
    expect(JSON.parse(String(answer.body))).toEqual({
      params: { id: 'a' },
      query: { limit: 50 },
      body: { name: 'n' },
      who: 'ada',
    });
  });

  it.each([
    { name: 'an unknown query parameter', parts: { query: { limt: '5' } }, pointer: '/query/limt' },
    {
      name: 'a query parameter given twice',
      parts: { query: { limit: ['1', '2'] } },
      pointer: '/query/limit',
    },
    { name: 'an unknown field', parts: { body: { name: 'n', 'a/b': 1 } }, pointer: '/a~1b' },
    { name: 'a field of the wrong type', parts: { body: { name: 5 } }, pointer: '/name' },
    {
      name: 'an element of the wrong type',
      parts: { body: { name: 'n', list: [1, '2'] } },
      pointer: '/list/1',
    },
    { name: 'a body that is no object', parts: { body: [] }, pointer: '' },
    { name: 'null as body', parts: { body: null }, pointer: '' },
  ])('refuses $name with its pointer', async ({ parts, pointer }) => {
    expect(await refusal(parts)).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
  });

  it('names every fault at once', async () => {
    const error = await refusal({ body: { nam: 1, x: 2 } });
    expect(error).toMatchObject({ errors: [{ pointer: '/name' }, { pointer: '/nam' }, { pointer: '/x' }] });
  });

  it('tells a missing body from one that does not fit', async () => {
    expect(await refusal({ body: undefined })).toMatchObject({ code: 'body_required' });
  });

  it('is not run without a caller, whatever the access table says', async () => {
    expect(await refusal({ caller: undefined })).toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a public operation', () => {
  const open = publicOperation({ ...described, route: 'GET /livez', handle: () => json({ status: 'ok' }) });

  it('is run without a caller', async () => {
    expect(await open.run(call({ caller: undefined }))).toMatchObject({ status: 200 });
  });

  it('refuses query parameters too', () => {
    expect(() => open.run(call({ query: { x: '1' } }))).toThrow(/unknown field/);
  });
});
