import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { budgetFigures } from '../process/budget-figures.ts';
import { auditFile, gatewayDirectory, startProcess } from '../process/gateway-process.ts';
import { countersOf } from '../process/naive-log.ts';
import { incident, reading } from '../process/plans.ts';
import { runTool } from './run-tool.ts';

const REBUILD = ['audit', 'rebuild-index'];

describe('audit rebuild-index', () => {
  it('makes lists, budgets and approvals again as they were, and keeps tokens', {
    timeout: 60_000,
  }, async () => {
    const directory = gatewayDirectory();
    const first = await startProcess(directory, { env: { AISECOPS_SEGMENT_BYTES: '1048576' } });
    const token = await first.token(['analyst', 'runtime']);
    for (let plan = 0; plan < 130; plan += 1) await first.send('POST /evaluate', { body: reading() });
    await first.send('POST /evaluate', { body: incident('one') });
    const ask = async (gateway: typeof first) => ({
      traces: (await gateway.send('GET /replay?limit=500', { token })).body,
      approvals: (await gateway.send('GET /approvals?limit=500', { token })).body,
      budgets: await budgetFigures(gateway),
    });
    const before = await ask(first);
    expect(before.budgets).toEqual(countersOf(directory));

    const running = await runTool(REBUILD, directory);
    expect(running).toMatchObject({ code: 75, stderr: expect.stringContaining('another process writes') });

    await first.stop();
    const { code, stdout, stderr } = await runTool(REBUILD, directory);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^1\d{3} events are in the index again\n$/);
    const second = await startProcess(directory);
    expect(await ask(second)).toEqual(before);
    await second.stop();
  });

  it('makes nothing from a line that does not hold', { timeout: 30_000 }, async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    await gateway.send('POST /evaluate', { body: reading() });
    await gateway.stop();
    const file = auditFile(directory);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"decision":"allow"', '"decision":"block"'));
    const changed = await runTool(REBUILD, directory);
    expect(changed).toMatchObject({ code: 13, stdout: '' });
    const missing = await runTool([...REBUILD, '--audit-file', join(directory, 'none.jsonl')], directory);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('no such file') });
  });
});
