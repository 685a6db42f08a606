import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Reply, type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const PLAN = {
  agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
  steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }],
};

function send(route: string, key: string, body: unknown, token?: string): Promise<Reply> {
  return gateway.send(route, {
    body,
    headers: { 'idempotency-key': key },
    ...(token !== undefined && { token }),
  });
}

describe('Idempotency-Key', () => {
  it('gives the same answer again, whatever the order of the fields', async () => {
    const first = await send('POST /evaluate', 'k-1', PLAN);
    const again = await send('POST /evaluate', 'k-1', { steps: PLAN.steps, agent: PLAN.agent });
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.text).toBe(first.text);
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
  });

  it('409 for another body', async () => {
    await send('POST /evaluate', 'k-2', PLAN);
    const other = await send('POST /evaluate', 'k-2', { ...PLAN, environment: 'prod' });
    expect(other.body).toMatchObject({ status: 409, code: 'idempotency_conflict' });
  });

  it('runs once for many that come at once', async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, () => send('POST /evaluate', 'k-3', PLAN)));
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    expect(replies.filter((reply) => reply.headers.get('idempotent-replayed') === null)).toHaveLength(1);
  });

  it('is told apart by token and by route', async () => {
    const token = await gateway.token(['runtime']);
    const admin = await send('POST /evaluate', 'k-4', PLAN);
    const other = await send('POST /evaluate', 'k-4', PLAN, token);
    expect(other.headers.get('idempotent-replayed')).toBeNull();
    expect(other.body['trace_id']).not.toBe(admin.body['trace_id']);
    const batch = await send('POST /evaluate/batch', 'k-4', { plans: [PLAN] });
    expect(batch.status).toBe(200);
  });

  it('does not keep what failed', async () => {
    const failed = await send('POST /evaluate', 'k-5', { steps: [] });
    expect(failed.status).toBe(400);
    expect((await send('POST /evaluate', 'k-5', PLAN)).status).toBe(200);
  });

  it('makes one agent, and one token, however often it is asked', async () => {
    const agent = { agent_id: 'agent-once', tenant_id: 'acme-corp' };
    const created = await send('POST /agents', 'k-6', agent);
    const again = await send('POST /agents', 'k-6', agent);
    expect([created.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(created.text);
    const request = { name: 'once', roles: ['analyst'], tenant_id: 'acme-corp' };
    const token = await send('POST /tokens', 'k-7', request);
    expect((await send('POST /tokens', 'k-7', request)).text).toBe(token.text);
    const { body } = await gateway.send('GET /tokens?limit=500');
    expect((body['tokens'] as { name: string }[]).filter(({ name }) => name === 'once')).toHaveLength(1);
  });

  it('leaves no readable secret on disk', async () => {
    const made = await send('POST /tokens', 'k-8', {
      name: 'hidden',
      roles: ['analyst'],
      tenant_id: 'acme-corp',
    });
    const secret = String(made.body['token']);
    const files = ['data', 'audit'].flatMap((folder) =>
      readdirSync(join(gateway.directory, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect(readFileSync(file).includes(secret)).toBe(false);
  });
});
