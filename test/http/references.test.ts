import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const FROM = { $from: 'a', path: '/email' };

function mail(more: object) {
  return {
    agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
    provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
    steps: [
      { step_id: 'a', tool_name: 'read_contract', arguments: { contract_id: 'C' } },
      { tool_name: 'send_email', arguments: { to: 'lee@acme.example', subject: 's', body: 'b', ...more } },
    ],
  };
}

describe('an argument that another step will fill', () => {
  it('is refused where the tool has no such argument: that it is there does not depend on its value', async () => {
    const { body } = await gateway.send('POST /evaluate', { body: mail({ bcc: FROM }) });
    expect(body).toMatchObject({ decision: 'block', control: 'capability' });
    const steps = body['steps'] as { reason: string }[];
    expect(steps[1]?.reason).toBe('invalid_arguments');
  });

  it('may stand in one step a thousand times, and no more', async () => {
    const many = (count: number) =>
      gateway.send('POST /evaluate', { body: mail({ to: Array(count).fill(FROM) }) });
    expect((await many(1_000)).status).toBe(200);
    expect((await many(1_001)).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/steps/1/arguments' }],
    });
  });
});
