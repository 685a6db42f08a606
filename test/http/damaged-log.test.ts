import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/http/problem-codes.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let documented: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
let damaged: number;
let mend: () => void;

beforeAll(async () => {
  gateway = await startGateway();
  const agent = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
  const steps = [{ tool_name: 'read_contract', arguments: { contract_id: 'C-7' } }];
  await gateway.send('POST /evaluate', { body: { trace_id: 'run-1', agent, steps } });
  documented = (await gateway.send('GET /openapi.json')).body['paths'] as typeof documented;
  const file = join(gateway.directory, 'audit', 'events.jsonl');
  const bytes = readFileSync(file);
  const at = bytes.indexOf('C-7');
  damaged = bytes.subarray(0, at).toString('utf8').split('\n').length - 1;
  const write = (text: string) => {
    bytes.write(text, at);
    writeFileSync(file, bytes, { flag: 'r+' });
  };
  write('D-7');
  mend = () => write('C-7');
});
afterAll(async () => {
  mend();
  await gateway.stop();
});

it.each([
  ['GET /replay/run-1', '/replay/{trace_id}'],
  ['GET /replay/run-1/summary', '/replay/{trace_id}/summary'],
  ['GET /replay/run-1/graph', '/replay/{trace_id}/graph'],
  ['GET /replay/run-1/diff?policy=production', '/replay/{trace_id}/diff'],
  ['POST /replay/run-1/reevaluate', '/replay/{trace_id}/reevaluate'],
  ['GET /replay/run-1/evidence', '/replay/{trace_id}/evidence'],
  ['GET /audit', '/audit'],
])('%s names the event that does not hold, and the answer is documented', async (route, path) => {
  const [method = ''] = route.split(' ');
  const { status, body, text } = await gateway.send(route, method === 'POST' ? { body: {} } : {});
  expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'audit_damaged' });
  expect(body['detail']).toMatch(new RegExp(`^Event ${damaged} of the audit log`));
  expect(body['detail']).toContain('docs/operations.md');
  expect(text).not.toContain('events.jsonl');
  const responses = documented[path]?.[method.toLowerCase()]?.responses;
  expect(JSON.stringify(responses?.['503'])).toContain(PROBLEMS.audit_damaged.title);
  expect(gateway.log.at(-1)).toMatch(new RegExp(`event ${damaged} \\(.*events\\.jsonl, byte \\d+\\)`));
});
