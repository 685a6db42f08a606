import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openAuditLog } from '../../src/audit/open-audit-log.ts';
import { auditFile, gatewayDirectory } from '../process/gateway-process.ts';
import { runTool } from './run-tool.ts';

it('a trace of which only the outcome is left is compared with nothing and reproduces nothing', async () => {
  const directory = gatewayDirectory();
  const { log } = await openAuditLog({
    file: auditFile(directory),
    clock: Date.now,
    onCommit: () => undefined,
  });
  const context = { trace_id: 'run-1', execution_plan_id: 'plan-1', tenant_id: 'acme-corp', agent_id: 'a' };
  const payload = { execution_plan_id: 'plan-1', status: 'succeeded', decided_through: 0 };
  await log.append({ context, events: [{ event_type: 'execution_completed', payload }] });
  await log.close();
  for (const diff of [['--diff'], ['--diff', join(directory, 'policies')]]) {
    const compared = await runTool(['--trace-id', 'run-1', ...diff], directory, 'aisecops-replay');
    expect(compared).toMatchObject({
      code: 14,
      stdout: expect.stringContaining('no difference in what could be compared'),
      stderr: expect.stringContaining('plan plan-1 cannot be decided again: plan_purged'),
    });
  }
  const zip = join(directory, 'run-1.zip');
  const evidence = ['--trace-id', 'run-1', '--evidence', zip];
  expect((await runTool(evidence, directory, 'aisecops-replay')).code).toBe(0);
  const { stdout } = await runTool(['verify', zip], directory);
  expect(stdout).toMatch(/reproduction +NOT SHOWN.*plan-1: plan_purged/i);
});
