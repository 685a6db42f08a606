import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceEvidenceSchema, traceReplaySchema } from '../../src/http/schemas/replay.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let analyst: string;
let stranger: string;

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const FROM_USER = [{ source_type: 'user_prompt', trust_level: 'trusted' }];
const READ = { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
const PAY = { tool_name: 'make_payment', arguments: { payee: 'Ltd', amount: 25_000, currency: 'USD' } };

beforeAll(async () => {
  gateway = await startGateway();
  analyst = await gateway.token(['analyst']);
  stranger = await gateway.token(['analyst'], { tenant_id: 'globex' });
  const plan = { agent: FINANCE, provenance: FROM_USER, correlation_id: 'cid-1' };
  for (const [trace_id, step] of [
    ['run-1', READ],
    ['run-2', PAY],
    ['run-3', READ],
  ]) {
    await gateway.send('POST /evaluate', { body: { ...plan, trace_id, steps: [step] } });
  }
});
afterAll(() => gateway.stop());

async function traces(query: string, token = analyst): Promise<string[]> {
  const { body } = await gateway.send(`GET /replay${query}`, { token });
  return (body['traces'] as { trace_id: string }[]).map((trace) => trace.trace_id);
}

describe('GET /replay', () => {
  it.each([
    ['', ['run-3', 'run-2', 'run-1']],
    ['?decision=block', ['run-2']],
    ['?decision=allow', ['run-3', 'run-1']],
    ['?agent_id=agent-finance-01', ['run-3', 'run-2', 'run-1']],
    ['?agent_id=agent-ops-01', []],
    ['?tool_name=make_payment', ['run-2']],
    ['?trust_level=trusted', ['run-3', 'run-2', 'run-1']],
    ['?trust_level=unverified', []],
    ['?q=run-1', ['run-1']],
    ['?from=2099-01-01T00:00:00Z', []],
    ['?to=2020-01-01T00:00:00%2B02:00', []],
    ['?tenant_id=globex', []],
  ])('%s', async (query, expected) => {
    expect(await traces(query)).toEqual(expected);
  });

  it('pages', async () => {
    const first = await gateway.send('GET /replay?limit=2', { token: analyst });
    expect(first.body['traces']).toHaveLength(2);
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await gateway.send(`GET /replay?limit=2&cursor=${cursor}`, { token: analyst });
    expect(second.body).toMatchObject({ traces: [{ trace_id: 'run-1' }] });
    expect(second.body['next_cursor']).toBeUndefined();
  });

  it('shows another tenant nothing', async () => {
    expect(await traces('', stranger)).toEqual([]);
    expect(await traces('?tenant_id=acme-corp', stranger)).toEqual([]);
  });
});

describe('GET /replay/:trace_id', () => {
  it('gives every event in order, and the plan', async () => {
    const { body } = await gateway.send('GET /replay/run-2', { token: analyst });
    const replay = traceReplaySchema.parse(body);
    expect(replay).toMatchObject({
      final_decision: 'block',
      reason: 'payment_over_limit',
      control: 'policy',
    });
    expect(replay.timeline).toHaveLength(replay.event_count);
    expect(replay.timeline.map(({ event }) => event.trace_sequence)).toEqual(
      replay.timeline.map((_, index) => index),
    );
    expect(replay.plans).toMatchObject([{ decision: 'block' }]);
  });

  it('sums it up', async () => {
    const { body } = await gateway.send('GET /replay/run-2/summary', { token: analyst });
    expect(traceEvidenceSchema.parse(body)).toMatchObject({ trace_id: 'run-2', final_decision: 'block' });
  });

  it.each(['GET /replay/run-2', 'GET /replay/run-2/summary'])(
    '%s is 404 for another tenant',
    async (route) => {
      const foreign = await gateway.send(route, { token: stranger });
      const missing = await gateway.send(route.replace('run-2', 'run-none'), { token: stranger });
      expect(foreign.body).toMatchObject({ status: 404, code: 'trace_not_found' });
      expect(foreign.text.replaceAll('run-2', 'run-none')).toBe(missing.text);
    },
  );
});

describe('GET /audit', () => {
  it('gives the events of a trace, newest first, as they stand in the log', async () => {
    const { body } = await gateway.send('GET /audit?trace_id=run-1&limit=500', { token: analyst });
    const events = body['events'] as { event_type: string; sequence: number }[];
    expect(events[0]).toMatchObject({ event_type: 'decision_made', decision: 'allow' });
    expect(events.at(-1)).toMatchObject({ event_type: 'plan_received' });
    const sequences = events.map((event) => event.sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => b - a));
  });

  it.each([
    ['event_type=decision_made', 3],
    ['event_type=decision_made&decision=block', 1],
    ['event_type=decision_made&correlation_id=cid-1', 3],
    ['event_type=decision_made&agent_id=agent-ops-01', 0],
    ['event_type=decision_made&tenant_id=globex', 0],
  ])('%s finds %i', async (query, count) => {
    const { body } = await gateway.send(`GET /audit?${query}`, { token: analyst });
    expect(body['events']).toHaveLength(count);
  });

  it('pages through everything, each event once', async () => {
    const seen: number[] = [];
    let cursor = '';
    do {
      const { body } = await gateway.send(`GET /audit?limit=7${cursor}`);
      seen.push(...(body['events'] as { sequence: number }[]).map((event) => event.sequence));
      cursor = body['next_cursor'] === undefined ? '' : `&cursor=${body['next_cursor']}`;
    } while (cursor !== '');
    expect(seen.at(-1)).toBe(0);
    expect(seen).toEqual(seen.map((_, index) => (seen[0] ?? 0) - index));
  });

  it('shows another tenant nothing of it', async () => {
    const { text } = await gateway.send('GET /audit?limit=500', { token: stranger });
    expect(text).not.toContain('acme-corp');
  });

  it('holds no token', async () => {
    const { text } = await gateway.send('GET /audit?limit=500');
    expect(text).not.toContain(analyst);
  });
});
