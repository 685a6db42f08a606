import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTool } from '../cli/run-tool.ts';
import {
  ADMIN_TOKEN,
  type GatewayProcess,
  gatewayDirectory,
  startProcess,
} from '../process/gateway-process.ts';
import { until } from '../process/until.ts';
import { runExample } from './run-example.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

async function approveTheOnlyOne(gateway: GatewayProcess): Promise<void> {
  const token = await gateway.token(['approver']);
  const id = await until('the agent asks for approval', async () => {
    const { body } = await gateway.send('GET /approvals?status=pending');
    return (body['approvals'] as { approval_id: string }[])[0]?.approval_id;
  });
  expect((await gateway.send(`POST /approvals/${id}/approve`, { token })).status).toBe(200);
}

describe('examples', () => {
  it('agent.ts acts on allow alone, waits for a person, and reports', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const env = { AISECOPS_URL: gateway.origin, AISECOPS_TOKEN: await gateway.token(['runtime']) };
    const [{ code, stdout, stderr }] = await Promise.all([
      runExample(process.execPath, ['examples/agent.ts'], env),
      approveTheOnlyOne(gateway),
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.replace(/\(apr-[^)]*\)|\(approval-[^)]*\)/, '(<id>)').split('\n')).toEqual([
      'read_contract: allow (allowed), succeeded',
      'send_email: allow (allowed), succeeded',
      'make_payment: waiting for a person (<id>)',
      'make_payment: allow (approval_granted), succeeded',
      expect.stringMatching(/^make_payment: block \(payment_over_limit\)\. .*payment\.cap/),
      '',
    ]);
    const { body } = await gateway.send('GET /audit?event_type=execution_completed');
    expect(body['events']).toHaveLength(3);
  });

  it('local.ts decides by itself, and leaves a log that verifies', async () => {
    const directory = join(gatewayDirectory(), 'local');
    const { code, stdout, stderr } = await runExample(process.execPath, ['examples/local.ts', directory], {});
    expect([code, stderr]).toEqual([0, '']);
    const [, key = ''] = /--key (\S+)/.exec(stdout) ?? [];
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'read_contract: allow (allowed)',
      'make_payment: block (approval_unavailable)',
      'send_email: block (approval_unavailable)',
    ]);
    const file = join(directory, 'audit', 'events.jsonl');
    expect(await runTool(['verify', '--audit-file', file, '--key', key])).toMatchObject({ code: 0 });
  });

  it('agent.ts does not act when it cannot ask', async () => {
    const env = { AISECOPS_URL: 'http://127.0.0.1:9', AISECOPS_TOKEN: 'none' };
    const { code, stdout } = await runExample(process.execPath, ['examples/agent.ts'], env);
    expect([code, stdout]).toEqual([1, '']);
  });

  it.skipIf(!hasPython)('agent.py does the same, where python3 is installed', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const token = await gateway.token(['runtime']);
    const env = { AISECOPS_URL: gateway.origin, AISECOPS_TOKEN: token, PYTHONDONTWRITEBYTECODE: '1' };
    const { code, stdout, stderr } = await runExample('python3', ['examples/agent.py'], env);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      'read_contract: allow (allowed), succeeded',
      'send_email: allow (allowed), succeeded',
      expect.stringMatching(/^send_email: block \(recipient_not_allowlisted\)\. /),
      '',
    ]);
  });

  it('every call of curl.sh is answered', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const env = { AISECOPS_URL: gateway.origin, AISECOPS_TOKEN: ADMIN_TOKEN };
    const { code, stdout, stderr } = await runExample('sh', ['examples/curl.sh'], env);
    expect([code, stderr.split('\n').filter((line) => line !== '' && !line.startsWith('# '))]).toEqual([
      0,
      [],
    ]);
    const answers = stdout.trim().split('\n');
    expect(answers).toHaveLength(10);
    expect(JSON.parse(answers[2] ?? '')).toMatchObject({
      evaluations: [{ decision: true }, { decision: false }],
    });
    expect(JSON.parse(answers[1] ?? '')).toMatchObject({
      decision: 'block',
      reason: 'recipient_not_allowlisted',
    });
  });
});
