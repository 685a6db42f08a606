import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { naiveCheckpointFault } from '../audit/naive-checkpoint.ts';
import { naiveEvents } from '../audit/naive-verifier.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

function readLog(): Buffer {
  return readFileSync(join(gateway.directory, 'audit', 'events.jsonl'));
}

describe('GET /audit/checkpoint', () => {
  it('is the signed head of the very log, a moment later also of the newest decision', async () => {
    const token = await gateway.token(['runtime']);
    const read = () => gateway.send('GET /audit/checkpoint', { token });
    const plan = { agent: { agent_id: 'agent-finance-01' }, steps: [{ tool_name: 'read_contract' }] };
    const { body } = await gateway.send('POST /evaluate', { token, body: plan });
    const { sequence } = body['audit'] as { sequence: number };
    const size = async (): Promise<number> => Number((await read()).text.split('\n')[1]);
    await expect.poll(size, { timeout: 5_000 }).toBeGreaterThan(sequence);
    const { text, headers } = await read();
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const log = readLog();
    const announced = naiveEvents(log).find((event) => event['event_type'] === 'log_key_announced');
    const payload = announced?.['payload'] as { verifier_key: string } | undefined;
    const verifierKey = payload?.verifier_key ?? '';
    expect(naiveCheckpointFault(text, log, verifierKey)).toBeUndefined();
    expect(naiveCheckpointFault(text.replace(/\n\d+\n/, '\n3\n'), log, verifierKey)).toBeDefined();
    expect(naiveCheckpointFault(text, log.subarray(0, log.length / 2), verifierKey)).toBeDefined();
  });
});
