import { cpSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countLog } from '../../src/drift/counts-of-log.ts';
import { DecisionCounts } from '../../src/drift/decision-counts.ts';
import type { DriftReport } from '../../src/drift/drift.ts';
import { recordedLog } from '../backtest/recorded-log.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let first: StartedGateway;

const report = async (gateway: StartedGateway, token?: string) =>
  (await gateway.send('GET /drift', token === undefined ? {} : { token })).body as unknown as DriftReport;

/** The directory of a running gateway as it stands now, for another one. */
function copyOf({ directory }: StartedGateway): string {
  const copy = mkdtempSync(join(tmpdir(), 'aisecops-drift-'));
  cpSync(directory, copy, { recursive: true });
  return copy;
}

beforeAll(async () => {
  ({ gateway: first } = await recordedLog());
});
afterAll(() => first.stop());

describe('GET /drift', () => {
  it('counts what was decided, by agent and tool, and no dry run', async () => {
    const { decisions, windows, rules_never_met, bundle } = await report(first);
    const { body } = await first.send('GET /audit?event_type=decision_made&limit=500');
    type Made = { agent_id: string; decision: string; payload: { mode: string; tools: string[] } };
    const made = (body['events'] as Made[]).filter(({ payload }) => payload.mode === 'enforce');
    expect(windows.current.plans).toBe(made.length);
    for (const { agent_id, tool_name, current } of decisions) {
      const own = made.filter((each) => each.agent_id === agent_id && each.payload.tools.includes(tool_name));
      const counted = Object.groupBy(own, ({ decision }) => decision);
      expect(current).toEqual(
        Object.fromEntries(Object.entries(counted).map(([name, all]) => [name, all?.length])),
      );
    }
    expect(decisions.length).toBeGreaterThan(3);
    expect(rules_never_met).toContain('customer.read');
    expect(rules_never_met).not.toContain('read.contracts');
    expect(bundle.status).toBe('none_approved');
  });

  it('says the same after a restart, from the log', async () => {
    const before = await report(first);
    const second = await startGateway({ directory: copyOf(first) });
    try {
      await expect.poll(async () => (await report(second)).windows.is_complete).toBe(true);
      const { decisions, rules, rules_never_met } = await report(second);
      const sorted = (value: readonly object[]) => value.map((each) => JSON.stringify(each)).toSorted();
      expect(sorted(decisions)).toEqual(sorted(before.decisions));
      expect(sorted(rules)).toEqual(sorted(before.rules));
      expect(rules_never_met).toEqual(before.rules_never_met);
    } finally {
      await second.stop();
    }
  });

  it('finds a bundle that is not the approved one: event, metric and report', async () => {
    const approvedBundle = `sha256:${'0'.repeat(64)}`;
    const other = await startGateway({ approvedBundle });
    try {
      expect((await report(other)).bundle).toMatchObject({
        approved: approvedBundle,
        status: 'not_approved',
      });
      await expect
        .poll(async () => (await other.send('GET /audit?event_type=drift_detected')).body['events'])
        .toMatchObject([{ payload: { kind: 'bundle', approved: approvedBundle } }]);
      expect((await other.send('GET /metrics')).text).toContain('aisecops_drift{kind="bundle"} 1');
    } finally {
      await other.stop();
    }
  });

  it('counts at the time of the record what was recorded before', async () => {
    const directory = copyOf(first);
    const text = readFileSync(join(directory, 'audit', 'events.jsonl'), 'utf8');
    // A reader for counts believes the lines as they stand, so a test may write an older time into them.
    const shifted = join(directory, 'older.jsonl');
    writeFileSync(shifted, text.replaceAll(/"timestamp":"[^"]*"/g, '"timestamp":"2026-01-05T00:00:00.000Z"'));
    const nowMs = Date.parse('2026-01-08T00:00:00Z');
    const counts = new DecisionCounts();
    const { signal } = new AbortController();
    await countLog(shifted, { to: statSync(shifted).size, nowMs, counts, signal });
    expect(counts.window(nowMs - 8 * 86_400_000, nowMs, '*').plans).toBe(
      (await report(first)).windows.current.plans,
    );
    expect(counts.window(nowMs - 86_400_000, nowMs, '*').plans).toBe(0);
  });

  it('shows a tenant its own agents alone', async () => {
    const stranger = await first.token(['analyst'], { tenant_id: 'globex' });
    expect((await report(first, stranger)).decisions).toEqual([]);
  });
});
