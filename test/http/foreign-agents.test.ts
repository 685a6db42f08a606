import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

const KNOWN = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const FETCH = { step_id: 'f', tool_name: 'fetch_url', arguments: { url: 'https://news.example/a' } };
const SKILL = { source_type: 'skill', source_name: 'contract_summary_skill', trust_level: 'unverified' };
const CONTENT = 'Something that a page said to an agent of acme-corp.';
const MEMORY = { source_type: 'memory', trust_level: 'internal', content: CONTENT };

let gateway: StartedGateway;
let globex: string;

beforeAll(async () => {
  gateway = await startGateway();
  globex = await gateway.token(['runtime', 'analyst'], { tenant_id: 'globex', name: 'zoe' });
  const page = { source_type: 'retrieval_chunk', trust_level: 'external', content: CONTENT };
  const body = { agent: KNOWN, provenance: [page], steps: [FETCH] };
  expect((await gateway.send('POST /evaluate', { body })).status).toBe(200);
});
afterAll(() => gateway.stop());

/** All that a caller of globex gets to see of its own plan, without what is another each time. */
async function seen(agent: object, mode: string, provenance: object[]) {
  const body = { mode, agent, provenance, steps: [FETCH] };
  const { body: answer } = await gateway.send('POST /evaluate', { token: globex, body });
  const trace = await gateway.send(`GET /replay/${answer['trace_id']}`, { token: globex });
  const events = await gateway.send(`GET /audit?trace_id=${answer['trace_id']}`, { token: globex });
  const changing =
    /"(?:(?:prev_|trace_prev_|plan_)?hash|[a-z_]*_(?:id|ids|at|us|ms)|timestamp|now|sequence)":(?:"[^"]*"|[\d.]+|\[[^\]]*\]),?/g;
  return [answer['decision'], answer['reason'], JSON.stringify(answer), trace.text, events.text].map((text) =>
    String(text).replaceAll(changing, '').replaceAll(KNOWN.agent_id, 'nobody'),
  );
}

describe('a plan that says it is of another tenant', () => {
  it.each(['enforce', 'explain', 'dry_run'])('learns nothing of its agents in mode %s', async (mode) => {
    const known = await seen(KNOWN, mode, [MEMORY]);
    expect(known).toEqual(await seen({ ...KNOWN, agent_id: 'nobody' }, mode, [MEMORY]));
    expect(known.slice(0, 2)).toEqual(['block', 'tenant_mismatch']);
    expect(known.join()).not.toMatch(/finance_agent|cap_payments|q4-finance/);
  });

  it.each([
    ['of its sources', SKILL, '"basis":"registry"'],
    ['of what its agents have read', MEMORY, 'content_seen_below'],
  ])('learns nothing %s', async (_, source, told) => {
    expect((await seen(KNOWN, 'enforce', [source])).join()).not.toContain(told);
  });

  it('learns no id by a name', async () => {
    const body = { agent: { agent_name: 'finance_agent', tenant_id: 'acme-corp' }, steps: [FETCH] };
    const reply = await gateway.send('POST /evaluate', { token: globex, body });
    expect(reply.text).not.toContain('agent-finance-01');
  });
});
