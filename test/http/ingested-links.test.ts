import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planOf } from '../local/plans.ts';
import { HandedOver, type Source } from './handed-over.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

type Json = Record<string, unknown>;
type Ref = { trace_id: string; log?: string };
let gateway: StartedGateway;
let handed: HandedOver;
let analyst: string;
let ours: Source;
let other: Source;

const parent = { trace_id: 'root', execution_plan_id: 'root-plan' };

beforeAll(async () => {
  gateway = await startGateway();
  handed = new HandedOver(gateway);
  analyst = await gateway.token(['analyst']);
  const token = await gateway.token(['runtime']);
  const send = (body: object) => gateway.send('POST /evaluate', { token, body });
  await send(planOf('allow', { trace_id: 'root', execution_plan_id: 'root-plan' }));
  await send(planOf('allow', { trace_id: 'same', execution_plan_id: 'p' }));
  ours = await handed.taken([
    planOf('allow', { trace_id: 'child', execution_plan_id: 'child-plan', parent }),
    planOf('block', { trace_id: 'same', execution_plan_id: 'p' }),
    planOf('allow', { trace_id: 'below', parent: { trace_id: 'same', execution_plan_id: 'p' } }),
  ]);
  other = await handed.taken([
    planOf('allow', {
      trace_id: 'grandchild',
      parent: { trace_id: 'child', execution_plan_id: 'child-plan' },
    }),
  ]);
  await handed.taken([planOf('allow', { trace_id: 'strange', parent })], { tenant_id: 'globex' });
  await send(
    planOf('allow', { trace_id: 'own-below', parent: { trace_id: 'same', execution_plan_id: 'p' } }),
  );
});
afterAll(async () => {
  await gateway.stop();
  handed.clear();
});

async function read(route: string): Promise<Json> {
  const { status, body, text } = await gateway.send(route, { token: analyst });
  expect(status, text).toBe(200);
  return body;
}
const at = ({ origin }: Source) => `log=${encodeURIComponent(origin)}`;
const against = ({ origin }: Source) => `against_log=${encodeURIComponent(origin)}`;

describe('a graph over several logs', () => {
  it('follows what was handed on from one log into another, and back', async () => {
    const expected = [
      { trace_id: 'root' },
      { trace_id: 'child', log: ours.origin },
      { trace_id: 'grandchild', log: other.origin },
    ];
    for (const { trace_id } of expected) {
      const { traces, taken_over, edges, nodes } = await read(`GET /replay/${trace_id}/graph?scope=linked`);
      expect((traces as string[]).toSorted()).toEqual(expected.map((one) => one.trace_id).toSorted());
      const byId = (all: Ref[]) => all.toSorted((a, b) => (a.trace_id < b.trace_id ? -1 : 1));
      expect(byId(taken_over as Ref[])).toEqual(expected.slice(1));
      const delegated = (edges as Json[]).filter(({ type }) => type === 'delegates');
      expect(delegated).toHaveLength(2);
      // Each end is a plan that is drawn, and none that is only referred to.
      const drawn = new Map((nodes as Json[]).map((node) => [node['id'], node]));
      for (const { from, to } of delegated)
        for (const id of [from, to]) expect(drawn.get(id)).toMatchObject({ type: 'plan', status: 'allow' });
    }
  });

  it('keeps traces of one id in two logs apart, and what was handed on from each', async () => {
    const own = await read('GET /replay/same/graph?scope=linked');
    expect([own['traces'], own['taken_over']]).toEqual([['same', 'own-below'], undefined]);
    const theirs = await read(`GET /replay/same/graph?scope=linked&${at(ours)}`);
    expect(theirs).toMatchObject({ log: ours.origin, traces: ['same', 'below'] });
    expect(theirs['taken_over']).toHaveLength(2);
  });

  it('draws a trace of one log beside that of another', async () => {
    const drawn = await read(`GET /replay/same/graph?against=same&${against(ours)}`);
    expect(drawn).toMatchObject({
      before: { trace_id: 'same' },
      after: { trace_id: 'same', log: ours.origin },
      identical: false,
    });
    const { status } = await gateway.send(`GET /replay/root/graph?${at(ours)}`, { token: analyst });
    expect(status).toBe(404);
  });
});

describe('a diff over several logs', () => {
  it('holds a trace against the one of the same id in another log', async () => {
    const diff = await read(`GET /replay/same/diff?against=same&${against(ours)}`);
    expect(diff).toMatchObject({
      before: { trace_id: 'same' },
      after: { trace_id: 'same', log: ours.origin },
      effect: 'tightened',
    });
    const back = await read(`GET /replay/same/diff?against=same&${at(ours)}`);
    expect(back).toMatchObject({ before: { log: ours.origin }, effect: 'loosened' });
    expect(await read('GET /replay/same/diff?against=same')).toMatchObject({
      identical: true,
      effect: 'none',
    });
  });

  it('decides a trace of a log that was taken over under its own bundle and under another', async () => {
    const again = await gateway.send(`POST /replay/same/reevaluate?${at(ours)}`, {
      token: analyst,
      body: {},
    });
    expect(again.body).toMatchObject({ trace_id: 'same', log: ours.origin, identical: true });
    const own = await gateway.send('POST /replay/same/reevaluate', { token: analyst, body: {} });
    expect(own.body).not.toHaveProperty('log');
    expect(await read(`GET /replay/same/diff?policy=production&${at(ours)}`)).toMatchObject({
      before: { trace_id: 'same', log: ours.origin },
      identical: true,
    });
  });
});
