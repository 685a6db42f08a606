import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { EventDraft, EventGroup } from '../../src/audit/event.ts';
import { openSignedLog } from '../../src/audit/open-signed-log.ts';
import { openRecorder, type Recorder } from '../../src/recorder/recorder.ts';
import { tempLogFile } from '../audit/log-fixture.ts';
import { planGroup } from '../audit/plan-group.ts';
import { LOG_KEY } from '../audit/signed-log.ts';
import { tempDirectory } from '../store/open-parts.ts';

const CONTEXT = {
  trace_id: 'run-x',
  execution_plan_id: 'plan-x',
  tenant_id: 'acme-corp',
  agent_id: 'agent-1',
};

const UNREADABLE: EventDraft[] = [
  { event_type: 'decision_made', payload: { reservations: [{ budget_id: 'b', key: 'k', metric: 'usd' }] } },
  { event_type: 'decision_made', payload: { reservations: 'all' } },
  { event_type: 'budget_settled', payload: { settled: [{ key: 'k', reserved: 1, actual: 'much' }] } },
  { event_type: 'approval_requested', payload: { approval: {} } },
  { event_type: 'approval_granted', payload: { status: 'approved' } },
  { event_type: 'approval_rejected', payload: { approval_id: 'apr-1' } },
  { event_type: 'approval_consumed', payload: {} },
  { event_type: 'permit_issued', payload: { permit_id: 'prm-1' } },
  { event_type: 'permit_consumed', payload: {} },
  { event_type: 'permit_used', payload: {} },
  {
    event_type: 'execution_completed',
    payload: { execution_plan_id: 'p', status: 'failed', decided_through: 'x' },
  },
  { event_type: 'agent_registered', payload: { agent: 'one' } },
  { event_type: 'token_revoked', payload: {} },
  { event_type: 'hold_placed', payload: { hold: { hold_id: 'h' } } },
  {
    event_type: 'hold_placed',
    payload: { hold: { hold_id: 'h', status: 'active', placed_at: 't', reason: 'r', placed_by: 'p' } },
  },
  { event_type: 'hold_released', payload: { hold_id: 'h' } },
  { event_type: 'segment_purged', payload: { first: 0, last: '9' } },
  { event_type: 'state_carried', payload: { agents: 'none' } },
];

const groupOf = (event: EventDraft): EventGroup => ({ context: CONTEXT, events: [event] });

async function open(file: string, storeFile: string): Promise<Recorder> {
  const recorder = await openRecorder(
    { auditFile: file, storeFile, segmentBytes: 1_000_000, logKeys: { current: LOG_KEY, retired: [] } },
    { onCheckpointFailure: () => undefined, onBroken: () => undefined },
  );
  onTestFinished(() => recorder.log.close());
  return recorder;
}

it('refuses what the store could not follow before it is durable, and goes on', async () => {
  const file = tempLogFile();
  const { log, store } = await open(file, join(tempDirectory(), 'store.db'));
  for (const event of UNREADABLE) {
    const refused = expect(log.append(groupOf(event)), JSON.stringify(event)).rejects;
    await refused.toMatchObject({ code: 'audit_unavailable', why: 'unreadable' });
    const { last_sequence } = await log.append(planGroup('run-good', 2));
    expect(log.nextSequence).toBe(last_sequence + 1);
  }
  expect(log.state).toBe('open');
  expect((await store.trace('run-good'))?.trace_id).toBe('run-good');
  expect(await store.trace('run-x')).toBeUndefined();
  expect(readFileSync(file, 'utf8')).not.toContain('run-x');
});

it('starts on a log that holds such events already, names them, and has the rest', async () => {
  const file = tempLogFile();
  // A log as the recorder opens it, without the store that would refuse.
  const { log, checkpointer } = await openSignedLog({
    ...{ file, clock: Date.now, onCommit: () => undefined, keys: { current: LOG_KEY, retired: [] } },
    onCheckpointFailure: (cause) => expect.fail(String(cause)),
  });
  const sequences: number[] = [];
  for (const event of UNREADABLE) {
    sequences.push((await log.append(groupOf(event))).last_sequence);
    await log.append(planGroup(`run-${sequences.length}`, 2));
  }
  await log.close();
  await checkpointer.close();
  const { log: opened, store } = await open(file, join(tempDirectory(), 'store.db'));
  expect(opened.state).toBe('open');
  const unread = await store.unreadable(100);
  expect(unread.map(({ first_sequence }) => first_sequence)).toEqual(sequences);
  expect(unread[0]?.problem).toBe('decision_made has no usable amount');
  expect((await store.trace(`run-${sequences.length}`))?.trace_id).toBe(`run-${sequences.length}`);
});
