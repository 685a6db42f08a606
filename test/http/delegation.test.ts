import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

const USER = { source_type: 'user_prompt', trust_level: 'trusted' };
const PAGE = { source_type: 'retrieval_chunk', trust_level: 'external', content: 'Prices of today.' };
const MAIL = {
  step_id: 'mail',
  tool_name: 'send_email',
  arguments: { to: 'lee@acme.example', subject: 'Hello', body: 'As agreed.' },
};
const FETCH = { step_id: 'fetch', tool_name: 'fetch_url', arguments: { url: 'https://news.example/a' } };
const FIRST = { step_id: 'first', tool_name: 'search_web', arguments: { query: 'prices' } };

let gateway: StartedGateway;
let count = 0;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

async function evaluate(plan: object) {
  const body = {
    agent: { agent_id: 'agent-research-01', tenant_id: 'acme-corp' },
    provenance: [USER],
    ...plan,
  };
  const reply = await gateway.send('POST /evaluate', { body });
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

/** A trace with a plan of two steps, of which the second read what a page says. */
async function parentTrace() {
  count += 1;
  const trace_id = `run-parent-${count}`;
  const plan = { trace_id, execution_plan_id: `${trace_id}-plan` };
  await evaluate({ ...plan, steps: [FIRST, { ...FETCH, provenance: [PAGE] }] });
  return plan;
}

const NOT_ALLOWED = { decision: 'block', reason: 'untrusted_instructions' };

describe('a plan that another handed on', () => {
  it('is worth no more than what reached the step that handed it on', async () => {
    const parent = await parentTrace();
    const told = await evaluate({ parent: { ...parent, step_id: 'fetch' }, steps: [MAIL] });
    expect(told).toMatchObject({
      ...NOT_ALLOWED,
      explanation: {
        origin: { source_type: 'agent_message', source_name: parent.trace_id, trust_level: 'external' },
      },
    });
    const before = await evaluate({ parent: { ...parent, step_id: 'first' }, steps: [MAIL] });
    expect(before).toMatchObject({ decision: 'allow' });
  });

  it('is worth the least of the plan, or of the trace, where no more is said', async () => {
    const parent = await parentTrace();
    expect(await evaluate({ parent, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
    const { trace_id } = parent;
    expect(await evaluate({ parent: { trace_id }, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
  });

  it('is worth no more where the id of its parent was used again, in the same trace or in another', async () => {
    const parent = await parentTrace();
    await evaluate({ ...parent, trace_id: 'run-elsewhere', steps: [FIRST] });
    expect(await evaluate({ parent, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
    await evaluate({ ...parent, steps: [FIRST] });
    expect(await evaluate({ parent, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
    const step = { ...parent, step_id: 'fetch' };
    expect(await evaluate({ parent: step, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
  });

  it('is worth no more however often its parent’s id was used again', async () => {
    const parent = await parentTrace();
    for (let time = 0; time < 25; time += 1) await evaluate({ ...parent, steps: [FIRST] });
    expect(await evaluate({ parent, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
  });

  it('hands on what reached it, over as many as there are', async () => {
    let parent: object = { ...(await parentTrace()), step_id: 'fetch' };
    for (const hop of [1, 2, 3]) {
      const trace_id = `run-hop-${count}-${hop}`;
      await evaluate({ trace_id, execution_plan_id: trace_id, parent, steps: [FIRST] });
      parent = { trace_id, execution_plan_id: trace_id };
    }
    expect(await evaluate({ parent, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
  });

  it('is a message of somebody where nobody knows the trace', async () => {
    const answer = await evaluate({ parent: { trace_id: 'run-nobody' }, steps: [MAIL] });
    expect(answer).toMatchObject({
      decision: 'allow',
      explanation: { origin: { source_type: 'agent_message', trust_level: 'internal' } },
    });
  });

  it('is worth the least of the trace where that has no such plan, and of the plan where that has no such step', async () => {
    const parent = await parentTrace();
    const { trace_id } = parent;
    const nobody = { trace_id, execution_plan_id: 'plan-nobody' };
    expect(await evaluate({ parent: nobody, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
    expect(await evaluate({ parent: { ...parent, step_id: 'nobody' }, steps: [MAIL] })).toMatchObject(
      NOT_ALLOWED,
    );
    const clean = { trace_id, execution_plan_id: `${trace_id}-clean` };
    await evaluate({ ...clean, steps: [FIRST] });
    expect(await evaluate({ parent: { ...clean, step_id: 'nobody' }, steps: [MAIL] })).toMatchObject({
      decision: 'allow',
    });
  });

  it('is worth no more where the plan that handed it on was only asked about', async () => {
    const plan = { trace_id: 'run-asked', execution_plan_id: 'plan-asked' };
    await evaluate({ ...plan, mode: 'dry_run', steps: [{ ...FETCH, provenance: [PAGE] }] });
    expect(await evaluate({ parent: plan, steps: [MAIL] })).toMatchObject(NOT_ALLOWED);
  });

  it('knows no trace of another tenant', async () => {
    const { trace_id } = await parentTrace();
    const token = await gateway.token(['operator', 'runtime'], { tenant_id: 'globex', name: 'zoe' });
    await gateway.send('POST /agents', {
      token,
      body: { agent_id: 'g', capabilities: ['cap_web_research'] },
    });
    const body = { agent: { agent_id: 'g' }, provenance: [USER], parent: { trace_id }, steps: [FIRST] };
    const answer = (await gateway.send('POST /evaluate', { token, body })).body;
    expect(answer).toMatchObject({ decision: 'allow', steps: [{ lowest_trust: 'internal' }] });
  });

  it('does not come back to a trace it came from', async () => {
    const [one, two] = ['run-loop-1', 'run-loop-2'];
    await evaluate({ trace_id: one, steps: [FIRST] });
    await evaluate({ trace_id: two, parent: { trace_id: one }, steps: [FIRST] });
    const back = await evaluate({ trace_id: one, parent: { trace_id: two }, steps: [FIRST] });
    expect(back).toMatchObject({ decision: 'block', reason: 'delegation_loop', control: 'identity' });
    expect(await evaluate({ trace_id: one, parent: { trace_id: one }, steps: [FIRST] })).toMatchObject({
      decision: 'allow',
    });
  });

  it('is followed through 16 traces and blocked after them', async () => {
    const decisions: unknown[] = [];
    for (let hop = 0; hop <= 18; hop += 1) {
      const parent = hop === 0 ? {} : { parent: { trace_id: `run-deep-${hop - 1}` } };
      decisions.push((await evaluate({ trace_id: `run-deep-${hop}`, ...parent, steps: [FIRST] }))['reason']);
    }
    expect(decisions.slice(0, 17)).toEqual(Array(17).fill('allowed'));
    expect(decisions.slice(17)).toEqual(['delegation_too_deep', 'delegation_too_deep']);
  });

  it('is followed through traces of any number of plans', async () => {
    const deep = (hop: number) => `run-crowd-${hop}`;
    for (let hop = 0; hop <= 15; hop += 1) {
      const parent = hop === 0 ? {} : { parent: { trace_id: deep(hop - 1) } };
      await evaluate({ trace_id: deep(hop), ...parent, steps: [FIRST] });
    }
    for (let plan = 0; plan < 101; plan += 1)
      await evaluate({ trace_id: 'run-crowded', mode: 'dry_run', steps: [FIRST] });
    const handOn = () => evaluate({ parent: { trace_id: 'run-crowded' }, steps: [FIRST] });
    expect(await handOn()).toMatchObject({ decision: 'allow' });
    const last = await evaluate({
      trace_id: 'run-crowded',
      parent: { trace_id: deep(15) },
      steps: [FIRST],
    });
    expect(last).toMatchObject({ decision: 'allow' });
    expect(await handOn()).toMatchObject({ decision: 'block', reason: 'delegation_too_deep' });
    const back = await evaluate({ trace_id: deep(3), parent: { trace_id: 'run-crowded' }, steps: [FIRST] });
    expect(back['decision']).toBe('block');
  });
});
