import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from '../../src/http/access.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const BODIES = Object.keys(ACCESS)
  .filter((route) => /^(POST|PATCH) /.test(route))
  .map((route) => route.replace(/:\w+/g, 'agent-finance-01'));

/** A good plan in which one member, anywhere, is replaced by any JSON value or gone. */
const nearPlan = fc
  .record({
    agent: fc.record({ agent_id: fc.constant('agent-finance-01'), tenant_id: fc.constant('acme-corp') }),
    provenance: fc.constant([{ source_type: 'user_prompt', trust_level: 'trusted' }]),
    steps: fc.constant([{ step_id: 's1', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }]),
    metadata: fc.constant({ k: 'v' }),
  })
  .chain((plan) =>
    fc
      .record({ pick: fc.nat(), value: fc.option(fc.jsonValue(), { nil: undefined }) })
      .map(({ pick, value }) => {
        const copy = structuredClone(plan);
        const places = placesIn(copy);
        const place = places[pick % places.length];
        if (place !== undefined) place.parent[place.key] = value;
        return copy;
      }),
  );

type Place = { parent: Record<string, unknown>; key: string };

function placesIn(value: unknown): Place[] {
  if (value === null || typeof value !== 'object') return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}

describe('no body makes the gateway fail', () => {
  it.each(BODIES)('%s', async (route) => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (body) => {
        const reply = await gateway.send(route, { body });
        expect({ body, status: reply.status < 500 ? 'fine' : reply.status }).toEqual({
          body,
          status: 'fine',
        });
      }),
      { numRuns: 25 },
    );
  });

  it('POST /evaluate with a plan that is nearly good: refused or decided', async () => {
    await fc.assert(
      fc.asyncProperty(nearPlan, async (body) => {
        const reply = await gateway.send('POST /evaluate', { body });
        const outcome = reply.status === 200 ? reply.body['decision'] : reply.body['code'];
        expect(['allow', 'block', 'require_approval', 'invalid_plan', 'invalid_json']).toContain(outcome);
      }),
      { numRuns: 200 },
    );
  });

  it('POST /evaluate with any bytes: refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (raw) => {
        expect((await gateway.send('POST /evaluate', { raw })).status).toBe(400);
      }),
      { numRuns: 100 },
    );
  });
});

describe('no query makes the gateway fail or ignore it', () => {
  const lists = ['/replay', '/audit', '/agents', '/approvals', '/tokens'];

  it.each(lists)('GET %s', async (path) => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string(), async (name, value) => {
        const query = new URLSearchParams([[name.toWellFormed(), value.toWellFormed()]]);
        const reply = await gateway.send(`GET ${path}?${query}`);
        expect({ name, value, status: reply.status }).toEqual({ name, value, status: 400 });
      }),
      { numRuns: 25 },
    );
  });
});
