import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventGroup, EventType } from '../../src/audit/event.ts';
import { outgoingLog, outgoingRuns } from '../../src/ingest/outgoing-runs.ts';
import { tempLogFile } from '../audit/log-fixture.ts';
import { ORIGIN, openSignedLog, verifierKey } from '../audit/signed-log.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  // What such events say is no decision that could be made again.
  await gateway.pause();
  rmSync(gateway.directory, { recursive: true, force: true });
});

const SEED = 7;

const TYPES: EventType[] = [
  ...(['plan_received', 'decision_made', 'identity_checked', 'guard_inspected', 'policy_evaluated'] as const),
  ...(['budget_checked', 'approval_requested', 'approval_granted', 'permit_issued', 'permit_used'] as const),
  ...([
    'execution_completed',
    'tool_executed',
    'budget_settled',
    'agent_registered',
    'token_created',
  ] as const),
  ...([
    'hold_placed',
    'policy_activated',
    'approval_consumed',
    'output_inspected',
    'evidence_exported',
  ] as const),
];
const NAMES = [
  'plan',
  'facts',
  'envelope',
  'steps',
  'agent',
  'approval',
  'mode',
  'provenance',
  'hold',
  'activation',
];

/** Payloads as no gateway writes them, under names that a gateway reads. */
const odd = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, 7, 'text', true, [], {}),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const payloads = fc.dictionary(fc.constantFrom(...NAMES), odd, { maxKeys: 6, noNullPrototype: true });

/** What a `plan_received` has to have to be taken over. */
function planIn(type: EventType): object {
  if (type !== 'plan_received') return {};
  const step = { step_id: 's1', tool_name: 'read', arguments: {}, depends_on: [], provenance: [] };
  const cost = { tokens: 0, tool_calls: 1, usd_micros: 0 };
  return { plan: { agent: {}, provenance: [], steps: [{ ...step, cost }] } };
}

/** A closed log of such events in a few traces. */
async function oddLog(seed: number): Promise<string> {
  const file = tempLogFile();
  const { log, close } = await openSignedLog(file);
  const drawn = { type: fc.constantFrom(...TYPES), payload: payloads, trace: fc.nat(9), plan: fc.nat(2) };
  for (const { type, payload: content, trace, plan } of fc.sample(fc.record(drawn), { numRuns: 150, seed })) {
    const group: EventGroup = {
      context: { tenant_id: 'acme-corp', trace_id: `odd-${trace}`, execution_plan_id: `plan-${plan}` },
      events: [{ event_type: type, decision: 'allow', payload: { ...content, ...planIn(type) } }],
    };
    await log.append(group);
  }
  await close();
  return file;
}

async function handOver(file: string): Promise<void> {
  for await (const { body } of outgoingRuns(file, await outgoingLog(file), { from: 0 })) {
    const headers = { 'content-type': 'application/x-ndjson' };
    const reply = await gateway.send(`POST /audit/ingest?origin=${ORIGIN}`, {
      raw: new Uint8Array(body),
      headers,
    });
    expect([reply.status, reply.text]).toEqual([200, expect.anything()]);
  }
}

const WAYS = [
  '',
  '/summary',
  '/graph',
  '/graph?scope=linked',
  '/graph?against=odd-0',
  '/diff?against=odd-0',
  '/evidence',
];

async function failuresOf(traceId: string): Promise<string[]> {
  const failed: string[] = [];
  for (const way of WAYS) {
    const { status, text } = await gateway.send(`GET /replay/${traceId}${way}`);
    if (status !== 200) failed.push(`${traceId}${way}: ${status} ${text}`);
  }
  const { status, text } = await gateway.send(`POST /replay/${traceId}/reevaluate`, { body: {} });
  return status === 200 ? failed : [...failed, `${traceId} reevaluate: ${status} ${text}`];
}

describe('a log whose events hold what no gateway writes', () => {
  it('is taken over, listed and read back like any other', async () => {
    const file = await oddLog(SEED);
    const body = { origin: ORIGIN, verifier_key: verifierKey(), tenant_id: 'acme-corp' };
    expect((await gateway.send('POST /audit/origins', { body })).status).toBe(201);
    await handOver(file);
    const listed = await gateway.send('GET /replay?limit=500');
    const traces = (listed.body['traces'] as { trace_id: string; log?: string }[]).filter(
      ({ log }) => log === ORIGIN,
    );
    expect(traces).toHaveLength(10);
    const failed = [];
    for (const { trace_id } of traces) failed.push(...(await failuresOf(trace_id)));
    expect(failed).toEqual([]);
  });

  it('is refused where a plan is none', async () => {
    const file = tempLogFile();
    const { log, close } = await openSignedLog(file);
    const context = { tenant_id: 'acme-corp', trace_id: 'none', execution_plan_id: 'plan-1' };
    await log.append({ context, events: [{ event_type: 'plan_received', payload: { plan: { steps: 7 } } }] });
    await close();
    const body = { origin: ORIGIN, verifier_key: verifierKey(), tenant_id: 'acme-corp' };
    const other = await startGateway();
    await other.send('POST /audit/origins', { body });
    for await (const run of outgoingRuns(file, await outgoingLog(file), { from: 0 })) {
      const headers = { 'content-type': 'application/x-ndjson' };
      const reply = await other.send(`POST /audit/ingest?origin=${ORIGIN}`, {
        raw: new Uint8Array(run.body),
        headers,
      });
      expect(reply.body).toMatchObject({ errors: [{ pointer: '/events/1', message: 'malformed_event' }] });
    }
    await other.stop();
  });
});
