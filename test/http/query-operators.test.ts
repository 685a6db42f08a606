import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway({ recordTexts: true });
});
afterAll(() => gateway.stop());

const FOUND = { in_name: true, start: 0, category: 'code_injection', severity: 'high' };

function planOf(filter: object): object {
  return {
    agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
    steps: [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7', filter } }],
  };
}

describe('operators of document queries in nested arguments', () => {
  it('are findings of a plan, at the name of the operator, and block where they run code', async () => {
    const evaluate = (filter: object) => gateway.send('POST /evaluate', { body: planOf(filter) });
    const flagged = await evaluate({ user: { $ne: null } });
    expect(flagged.body['findings']).toMatchObject([
      {
        ...FOUND,
        detector: 'code.operator_holds',
        pointer: '/steps/0/arguments/filter/user/$ne',
        end: 3,
      },
    ]);
    const blocked = await evaluate({ $where: 'sleep(400)' });
    expect(blocked.body).toMatchObject({ decision: 'block', control: 'local_enforcement' });
    expect(blocked.body['findings']).toMatchObject([
      { ...FOUND, detector: 'code.operator_runs', pointer: '/steps/0/arguments/filter/$where', end: 6 },
    ]);
    const { trace_id } = flagged.body;
    const { body: trace } = await gateway.send(`GET /audit?trace_id=${trace_id}&event_type=plan_received`);
    const [received] = trace['events'] as { payload: { texts: object[] } }[];
    expect(received?.payload.texts).toContainEqual({
      pointer: '/steps/0/arguments/filter/user/$ne',
      direction: 'arguments',
      in_name: true,
      text: '$ne',
    });
    const honest = await evaluate({ age: { $gte: 18 }, closed_at: { $ne: null } });
    expect(honest.body['findings'] ?? []).toEqual([]);
  });

  it('are findings of a plan that is inspected on a thread', async () => {
    const long = 'an ordinary sentence of a report. '.repeat(20_000);
    const { body } = await gateway.send('POST /evaluate', {
      body: planOf({ note: long, user: { $ne: null } }),
    });
    expect(body['findings']).toMatchObject([
      { ...FOUND, detector: 'code.operator_holds', pointer: '/steps/0/arguments/filter/user/$ne' },
    ]);
  });

  it('are findings of calls in messages', async () => {
    const inspect = async (input: object) => {
      const messages = [{ role: 'assistant', content: [{ type: 'tool_use', name: 'find', input }] }];
      return (await gateway.send('POST /guard/inspect', { body: { messages } })).body;
    };
    expect(await inspect({ password: { $gt: '' } })).toMatchObject({
      verdict: 'flag',
      findings: [{ ...FOUND, pointer: '/messages/0/content/0/input/password/$gt', end: 3 }],
    });
    expect(await inspect({ total: { $function: { body: 'x' } } })).toMatchObject({ verdict: 'block' });
    expect(await inspect({ age: { $gt: 18 } })).toMatchObject({ verdict: 'allow', findings: [] });
  });
});
