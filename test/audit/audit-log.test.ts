import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AuditUnavailable } from '../../src/audit/audit-log.ts';
import type { CommittedGroup } from '../../src/audit/event.ts';
import { LogReader } from '../../src/audit/log-reader.ts';
import { openAuditLog } from '../../src/audit/open-audit-log.ts';
import { readSpan } from '../../src/audit/span-reader.ts';
import { expectHolds, openLog, START_MS, tempLogFile } from './log-fixture.ts';
import { naiveEvents } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';

const ZEROS = `sha256:${'0'.repeat(64)}`;

describe('a new log', () => {
  it('starts with log_opened, readable by owner and group only', async () => {
    const file = tempLogFile();
    const { log, recovery } = await openLog(file);
    expect(recovery).toEqual({ isNew: true, kept_events: 0 });
    expect(log).toMatchObject({ origin: 'log.example/1', state: 'open', nextSequence: 1 });
    const [opened] = naiveEvents(readFileSync(file));
    expect(opened).toMatchObject({
      event_type: 'log_opened',
      sequence: 0,
      prev_hash: ZEROS,
      schema_version: '1.0',
      timestamp: '2026-11-02T09:14:07.215Z',
      payload: { origin: 'log.example/1', format: 'aisecops-audit/1' },
    });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(statSync(file).size).toBe(log.size);
  });

  it('makes up an origin when it is given none, and refuses one that no checkpoint could carry', async () => {
    const file = tempLogFile();
    await expect(openLog(file, { origin: 'two words' })).rejects.toMatchObject({
      code: 'origin_invalid',
    });
    const { log } = await openAnonymous(file);
    expect(log.origin).toMatch(/^aisecops-interceptor\/[0-9a-f-]{36}$/);
  });

  it('creates the directories it needs', async () => {
    const file = `${dirname(tempLogFile())}/deep/er/events.jsonl`;
    await openLog(file);
    expect(await expectHolds(file)).toBe(1);
  });
});

describe('append', () => {
  it('answers where the group stands', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const before = log.size;
    const group = planGroup('run-1', 3);
    const committed = await log.append(group);
    const events = await readSpan(new LogReader(file), committed);
    expect(committed).toEqual({
      context: group.context,
      events: group.events,
      first_sequence: 1,
      last_sequence: 3,
      first_event_id: events[0]?.event_id,
      last_event_id: events[2]?.event_id,
      hash: events[2]?.hash,
      offset: before,
      bytes: log.size - before,
      timestamp: '2026-11-02T09:14:07.215Z',
      trace_sequence: 2,
    });
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(events[1]).toMatchObject({ ...group.context, decision: 'block', payload: { index: 1 } });
  });

  it('writes every member of the contract in its place', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const context = {
      trace_id: 'run-"1"\n',
      execution_plan_id: 'plan',
      tenant_id: 'acmé',
      agent_id: 'a\u2028b',
      agent_name: 'name',
      agent_type: 'type',
      policy_bundle: 'sha256:9b0d',
      runtime_mode: 'gateway',
      budget_context: 'q4',
      provenance: { z: 1, a: [{ c: null, b: 'ä"' }] },
    };
    const event = {
      event_type: 'tool_executed' as const,
      step_id: 's1',
      tool_name: 'send_email',
      decision_stage: 'policy',
      decision: 'block',
      reason: 'why',
      control: 'policy',
      payload: { 10: 'ten', 2: 'two', z: undefined, a: -0 },
    };
    const { offset, bytes } = await log.append({ context, events: [event] });
    const [read] = await readSpan(new LogReader(file), { offset, bytes, first_sequence: 0 });
    expect(read).toMatchObject({ ...context, ...event, payload: { 2: 'two', 10: 'ten', a: 0 } });
    expect(Object.keys(read ?? {})).toHaveLength(26);
    await expectHolds(file);
  });

  it('continues a trace over groups that nobody has waited for', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const groups = await Promise.all([
      log.append(planGroup('run-1')),
      log.append(planGroup('run-2')),
      log.append(planGroup('run-1')),
      log.append(planGroup(undefined)),
    ]);
    expect(groups.map((group) => group.trace_sequence)).toEqual([1, 1, 3, undefined]);
    await expectHolds(file);
  });

  it('continues from the given head only where it does not know better', async () => {
    const { log } = await openLog(tempLogFile());
    const stale = { trace_sequence: 41, hash: ZEROS.replace('00', 'aa') };
    expect((await log.append(planGroup('run-1', 1), stale)).trace_sequence).toBe(42);
    const known = await log.append(planGroup('run-1', 1), stale);
    expect(known.trace_sequence).toBe(43);
    expect(log.knownHead('run-1')).toEqual({ trace_sequence: 43, hash: known.hash });
    expect(log.knownHead('run-2')).toBeUndefined();
  });

  it.each([
    ['no events', { context: {}, events: [] }],
    ['a payload that is not JSON', planGroup('run-1', 1, { payload: { amount: 1n } })],
    ['a lone surrogate', planGroup('run-\ud800', 1)],
    ['a lone surrogate in a tool name', planGroup('run-1', 1, { tool_name: '\udc00' })],
  ])('refuses a group with %s and goes on', async (_, group) => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    await expect(log.append(group)).rejects.toMatchObject({ code: 'event_invalid' });
    expect((await log.append(planGroup('run-1'))).trace_sequence).toBe(1);
    expect(await expectHolds(file)).toBe(3);
  });
});

describe('onCommit', () => {
  it('sees every batch once and in order, durable and before its groups are answered', async () => {
    const file = tempLogFile();
    const seen: CommittedGroup[] = [];
    const answered: number[] = [];
    const { log } = await openLog(file, {
      onCommit: async (groups) => {
        expect(statSync(file).size).toBe((groups.at(-1)?.offset ?? 0) + (groups.at(-1)?.bytes ?? 0));
        await new Promise(setImmediate);
        for (const group of groups) expect(answered).not.toContain(group.first_sequence);
        seen.push(...groups);
      },
    });
    const append = async (trace: string) =>
      answered.push((await log.append(planGroup(trace))).first_sequence);
    await Promise.all(Array.from({ length: 40 }, (_, index) => append(`run-${index % 7}`)));
    expect(seen.map((group) => group.first_sequence)).toEqual(
      Array.from({ length: 40 }, (_, i) => 1 + i * 2),
    );
    expect(answered).toEqual(seen.map((group) => group.first_sequence));
  });

  it('that fails leaves its batch answered and breaks the log for all that follows', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file, {
      limits: { maxBatchGroups: 1 },
      onCommit: () => {
        throw new Error('index is full');
      },
    });
    const durable = log.append(planGroup('run-1'));
    const behind = log.append(planGroup('run-2'));
    await expect(durable).resolves.toMatchObject({ last_sequence: 2 });
    await expect(behind).rejects.toMatchObject({ why: 'broken', cause: { message: 'index is full' } });
    expect(log.state).toBe('broken');
    await log.close();
    expect(await expectHolds(file)).toBe(3);
  });
});

describe('limits', () => {
  it('rejects as busy while too many events wait, and takes more once they are written', async () => {
    const { log } = await openLog(tempLogFile(), { limits: { maxWaitingEvents: 10 } });
    const waiting = [log.append(planGroup('run-1', 6)), log.append(planGroup('run-2', 6))];
    expect(log.state).toBe('busy');
    const refused = await log.append(planGroup('run-3')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AuditUnavailable);
    expect(refused).toMatchObject({ code: 'audit_unavailable', why: 'busy' });
    await Promise.all(waiting);
    expect(log.state).toBe('open');
    await expect(log.append(planGroup('run-3'))).resolves.toMatchObject({ trace_sequence: 1 });
  });

  it('rejects as busy while too many bytes wait, blobs counted', async () => {
    const { log } = await openLog(tempLogFile(), { limits: { maxWaitingBytes: 100_000 } });
    const waiting = log.append(planGroup('run-1', 1, { payload: { text: 'x'.repeat(100_000) } }));
    expect(log.state).toBe('busy');
    await waiting;
    expect(log.state).toBe('open');
  });

  it('cuts batches by groups and by bytes, never a group', async () => {
    const file = tempLogFile();
    const batches: number[][] = [];
    const { log } = await openLog(file, {
      limits: { maxBatchGroups: 3, maxBatchBytes: 4_000 },
      onCommit: (groups) => void batches.push(groups.map(({ events }) => events.length)),
    });
    await Promise.all([1, 1, 1, 1, 20, 1].map((count) => log.append(planGroup('run-1', count))));
    expect(batches).toEqual([[1, 1, 1], [1], [20], [1]]);
    await expectHolds(file);
  });
});

describe('close', () => {
  it('waits for what is queued; later appends are refused', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const waiting = log.append(planGroup('run-1'));
    const closed = log.close();
    await expect(log.append(planGroup('run-1'))).rejects.toMatchObject({ why: 'closed' });
    await closed;
    await expect(waiting).resolves.toMatchObject({ last_sequence: 2 });
    expect(log.state).toBe('closed');
    await log.close();
    expect(await expectHolds(file)).toBe(3);
  });
});

/** Opens a log without naming it. */
async function openAnonymous(file: string) {
  const opened = await openAuditLog({ file, clock: () => START_MS, onCommit: () => undefined });
  await opened.log.close();
  return opened;
}
