import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GatewayProcess, gatewayDirectory, startProcess } from './gateway-process.ts';
import { eventsOf } from './naive-log.ts';
import { reading } from './plans.ts';
import { until } from './until.ts';

const CALLERS = 16;
const LIMIT = 300;

const READS = { within: 'agent', window: '1h', tool_name: 'read_contract' };
const NO_LIMIT = JSON.stringify({ bundle: 'production', rules: [{ id: 'allow', action: 'allow' }] });
const LIMITED = JSON.stringify({
  bundle: 'production',
  rules: [
    { id: 'allow', action: 'allow' },
    {
      id: 'limit',
      match: { tool_name: 'read_contract' },
      history: [{ ...READS, count: { gte: LIMIT } }],
      action: 'block',
      reason: 'read_too_often',
    },
  ],
});

function directoryWith(policies: string): string {
  const directory = gatewayDirectory();
  writeFileSync(join(directory, 'policies', 'policies.yaml'), policies);
  return directory;
}

/** How many plans the log says were allowed. */
function allowedIn(directory: string): number {
  const made = eventsOf(directory).filter(({ event_type }) => event_type === 'decision_made');
  return made.filter(({ decision }) => decision === 'allow').length;
}

/** Sends one plan after the other, for many callers at once, until `isOver` or the gateway is gone. */
async function load(gateway: GatewayProcess, onAnswer: (decision: unknown) => void, isOver: () => boolean) {
  const call = async () => {
    while (!isOver()) {
      const reply = await gateway.send('POST /evaluate', { body: reading(0) }).catch(() => undefined);
      if (reply === undefined) return;
      if (reply.status === 200) onAnswer(reply.body['decision']);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
}

/** Sends plans until some were blocked, and nothing else comes any more. */
async function loadUntilBlocked(gateway: GatewayProcess): Promise<void> {
  let blocked = 0;
  await load(
    gateway,
    (decision) => {
      blocked = decision === 'block' ? blocked + 1 : 0;
    },
    () => blocked >= 5 * CALLERS,
  );
}

describe('a rule that allows so many an hour', () => {
  it('allows exactly as many, also over a crash in the middle of it', async () => {
    const directory = directoryWith(LIMITED);
    const first = await startProcess(directory);
    let answers = 0;
    await load(
      first,
      () => {
        answers += 1;
        if (answers === 120) first.signal('SIGKILL');
      },
      () => false,
    );
    await first.ended;
    expect(allowedIn(directory)).toBeLessThan(LIMIT);
    const second = await startProcess(directory);
    await loadUntilBlocked(second);
    await second.stop();
    expect(allowedIn(directory)).toBe(LIMIT);
  });

  it('counts what was decided before it was written and while the log was read for it', async () => {
    const directory = directoryWith(NO_LIMIT);
    const gateway = await startProcess(directory);
    let [answers, isOver] = [0, false];
    const loading = load(
      gateway,
      () => {
        answers += 1;
      },
      () => isOver,
    );
    await until('some plans are decided', () => answers >= 60);
    writeFileSync(join(directory, 'policies', 'policies.yaml'), LIMITED);
    await until('the rule is in force and the log read', async () => {
      const { body } = await gateway.send('GET /readyz', { token: null });
      const checks = body['checks'] as { name: string; ok: boolean }[];
      return checks.find(({ name }) => name === 'history')?.ok;
    });
    isOver = true;
    await loading;
    const before = allowedIn(directory);
    await loadUntilBlocked(gateway);
    await gateway.stop();
    expect(allowedIn(directory)).toBe(Math.max(before, LIMIT));
  });
});
