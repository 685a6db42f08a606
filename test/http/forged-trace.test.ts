import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgeEvent, resealEvent } from '../audit/forge-log.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let file: string;
let written: Buffer;
let sequences: number[];

beforeAll(async () => {
  gateway = await startGateway();
  const agent = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
  const steps = [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }];
  for (const trace_id of ['run-1', 'run-2'])
    await gateway.send('POST /evaluate', { body: { trace_id, agent, steps } });
  file = join(gateway.directory, 'audit', 'events.jsonl');
  written = readFileSync(file);
  const lines = written.toString('utf8').trimEnd().split('\n');
  sequences = lines.flatMap((line, sequence) => (line.includes('"trace_id":"run-1"') ? [sequence] : []));
  expect(sequences.length).toBeGreaterThan(4);
});
afterAll(async () => {
  writeFileSync(file, written, { flag: 'r+' });
  await gateway.stop();
});

/** As many letters as before, so that every line stays where it was. */
const forged = (event: Record<string, unknown>) => {
  event['agent_id'] = 'agent-finance-02';
};

const ROUTES = [
  'GET /replay/run-1',
  'GET /replay/run-1/summary',
  'GET /replay/run-1/graph',
  'GET /replay/run-1/diff?policy=production',
  'POST /replay/run-1/reevaluate',
  'GET /replay/run-1/evidence',
  'POST /evidence',
];

describe.each([
  ['with its own hash made anew', resealEvent],
  ['with all hashes behind it made anew', forgeEvent],
])('an event of a trace that was changed beneath the gateway %s', (_how, forge) => {
  it.each(ROUTES)('is not told of or signed by %s', async (route) => {
    for (const sequence of [sequences[0], sequences[2], sequences.at(-1)] as number[]) {
      writeFileSync(file, written, { flag: 'r+' });
      forge(file, sequence, forged);
      expect(readFileSync(file)).toHaveLength(written.length);
      const body = route === 'POST /evidence' ? { filter: { tool_name: 'read_contract' } } : {};
      const answer = await gateway.send(route, route.startsWith('POST') ? { body } : {});
      const { status, body: problem } = answer;
      expect({ route, sequence, status, code: problem['code'] }).toEqual({
        ...{ route, sequence },
        ...{ status: 503, code: 'audit_damaged' },
      });
      // Whichever is named was changed.
      const named = Number(/^Event (\d+) /.exec(String(problem['detail']))?.[1]);
      if (forge === resealEvent) expect(named).toBe(sequence);
      else expect(named).toBeGreaterThanOrEqual(sequence);
    }
  });
});

it('is not signed either where the tree says what the forger wants', async () => {
  writeFileSync(file, written, { flag: 'r+' });
  forgeEvent(file, sequences[2] ?? 0, forged);
  rmSync(join(gateway.directory, 'audit', 'tree'));
  expect((await gateway.send('GET /replay/run-1/evidence')).status).toBe(503);
});
