import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { faultIn, type LogEvent } from '../../examples/demo/receipt.ts';
import { ADMIN_TOKEN, gatewayDirectory, startProcess } from '../process/gateway-process.ts';
import { type Run, runExample } from './run-example.ts';

const MAX_COLUMNS = 100;

function demo(args: string[] = [], env: Record<string, string> = {}): Promise<Run> {
  const temporary = mkdtempSync(join(tmpdir(), 'aisecops-demo-test-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  return runExample(process.execPath, ['examples/demo.ts', ...args], { TMPDIR: temporary, ...env });
}

type Played = {
  audit_file: string;
  as_scripted: boolean;
  scenes: { title: string; beats: { decision?: string; as_scripted: boolean }[] }[];
};

describe('npm run demo', () => {
  it('plays its story as scripted on a gateway of its own', async () => {
    const { code, stdout, stderr } = await demo();
    expect(stderr).toBe('');
    expect(stdout).toContain('All as scripted');
    expect(code).toBe(0);
    expect(stdout).not.toContain('\x1b');
    const tooWide = stdout.split('\n').filter((line) => line.length > MAX_COLUMNS);
    expect(tooWide).toEqual([]);
  });

  it('tells the same as JSON, and leaves the log to look at', async () => {
    const { code, stdout } = await demo(['--json']);
    const played = JSON.parse(stdout) as Played;
    expect(code).toBe(0);
    expect(played.as_scripted).toBe(true);
    const decisions = new Set(
      played.scenes.flatMap(({ beats }) => beats.flatMap((beat) => beat.decision ?? [])),
    );
    expect(decisions).toEqual(new Set(['allow', 'block', 'require_approval']));
    expect(existsSync(played.audit_file)).toBe(true);
    expect(statSync(played.audit_file).size).toBeGreaterThan(0);
  });

  it('plays twice on a gateway that runs, with budgets as they come, and leaves nothing behind', async () => {
    const directory = gatewayDirectory(
      'budgets:\n' +
        '  - { id: q4-finance, metric: usd, limit: 10, window: total, per: agent }\n' +
        '  - { id: calls-per-minute, metric: tool_calls, limit: 120, window: minute, per: agent }\n',
    );
    const gateway = await startProcess(directory);
    const env = { AISECOPS_URL: gateway.origin, AISECOPS_TOKEN: ADMIN_TOKEN };
    for (const round of [1, 2]) {
      const { code, stdout } = await demo([], env);
      expect([round, code, stdout.includes('All as scripted')]).toEqual([round, 0, true]);
    }
    const { body } = await gateway.send('GET /tokens');
    const left = (body['tokens'] as { name: string; revoked_at?: string }[]).filter(
      ({ name, revoked_at }) => name.startsWith('demo-') && revoked_at === undefined,
    );
    expect(left).toEqual([]);
  });

  it('fails, and says where, when a decision is not as scripted', async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    const { code, stdout } = await demo([], { AISECOPS_URL: gateway.origin, AISECOPS_TOKEN: ADMIN_TOKEN });
    // The budgets of this gateway are too wide to run out.
    expect(stdout).toContain('UNEXPECTED the script says block, budget_exceeded');
    expect(stdout).toContain('1 of ');
    expect(code).toBe(1);
  });

  it('asks for the token of a gateway it is pointed at', async () => {
    const { code, stderr } = await demo([], { AISECOPS_URL: 'http://127.0.0.1:9' });
    expect([code, stderr]).toEqual([
      1,
      'demo: AISECOPS_URL is set: set AISECOPS_TOKEN (role admin) as well\n',
    ]);
  });

  it('says what it does', async () => {
    const { code, stdout } = await demo(['--help']);
    expect([code, stdout.includes('--keep')]).toEqual([0, true]);
  });
});

describe('the receipt check of the demo', () => {
  it('accepts the events of a trace and names the one that was changed or is missing', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const plan = {
      agent_name: 'finance_agent',
      tool_name: 'read_contract',
      arguments: { contract_id: 'C-7 é "' },
    };
    const runtime = await gateway.token(['runtime']);
    const { body } = await gateway.send('POST /evaluate', { body: plan, token: runtime });
    const reply = await gateway.send(`GET /audit?trace_id=${body['trace_id']}&limit=100`);
    const events = (reply.body['events'] as LogEvent[]).sort((a, b) => a.sequence - b.sequence);
    expect(events.length).toBeGreaterThan(4);
    expect(faultIn(events)).toBeUndefined();
    for (const [index, event] of events.entries()) {
      const changed = events.with(index, { ...event, event_type: 'plan_forged' });
      expect(faultIn(changed)).toBe(`event ${event.sequence} was changed`);
    }
    expect(faultIn(events.toSpliced(1, 1))).toBe(`an event is missing before ${events[2]?.sequence}`);
  });
});
