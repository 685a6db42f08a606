import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AuditEvent, CommittedGroup, EventDraft, EventGroup } from '../../src/audit/event.ts';
import { eventContext } from '../../src/audit/event-context.ts';
import { LogReader } from '../../src/audit/log-reader.ts';
import { hashBefore, readGroups } from '../../src/audit/read-groups.ts';
import { resealEvent } from './forge-log.ts';
import { openLog, START_MS, tempLogFile } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';

async function groupsOf(file: string, from: number, to: number): Promise<CommittedGroup[]> {
  const groups: CommittedGroup[] = [];
  for await (const batch of readGroups(file, from, to)) groups.push(...batch);
  return groups;
}

it('reads back the groups as they were committed, payloads in blobs included', async () => {
  const file = tempLogFile();
  const seen: CommittedGroup[] = [];
  let ms = START_MS;
  const { log } = await openLog(file, {
    clock: () => (ms += 1),
    onCommit: (groups) => void seen.push(...groups),
  });
  const start = log.size;
  await Promise.all([
    log.append(planGroup('run-1', 3)),
    log.append(planGroup('run-1', 1, { payload: { text: 'x'.repeat(70_000) } })),
    log.append(planGroup(undefined, 1, { event_type: 'gateway_started' })),
    log.append(planGroup('run-2', 2, { step_id: 's1', tool_name: 'send_email', reason: 'why' })),
  ]);
  expect(await groupsOf(file, start, log.size)).toEqual(seen);
  expect(await groupsOf(file, seen[2]?.offset ?? 0, log.size)).toEqual(seen.slice(2));
});

it('loses and doubles no event where groups cannot be told apart, however many there are', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  const start = log.size;
  for (let turn = 0; turn < 4; turn += 1) {
    await Promise.all(
      Array.from({ length: 400 }, (_, index) => log.append(planGroup(`run-${index % 90}`, 2))),
    );
  }
  const groups = await groupsOf(file, start, log.size);
  let [sequence, offset] = [1, start];
  for (const group of groups) {
    expect([group.first_sequence, group.offset]).toEqual([sequence, offset]);
    expect(group.events).toHaveLength(group.last_sequence - group.first_sequence + 1);
    sequence = group.last_sequence + 1;
    offset += group.bytes;
  }
  expect([sequence, offset]).toEqual([log.nextSequence, log.size]);
  const drafts: EventDraft[] = groups.flatMap((group) => group.events);
  expect(drafts.every((draft) => draft.payload?.['matched'] !== undefined)).toBe(true);
});

it('leaves out what no view reads, and nothing else of its group', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  const start = log.size;
  const unread = new Set(['policy_evaluated']);
  const anyEvent = fc.record({
    event_type: fc.constantFrom('policy_evaluated', 'decision_made', 'plan_received'),
    reason: fc.constantFrom('a', 'b'),
    payload: fc.constantFrom({ n: 1 }, { text: 'x'.repeat(70_000) }),
  });
  const anyGroup = fc.record({
    context: fc.record(
      {
        trace_id: fc.constantFrom('run-1', 'run-2'),
        agent_id: fc.constantFrom('a', 'ä"\\', '\u{1f4b8}'),
        agent_name: fc.constantFrom('', 'a'),
        execution_plan_id: fc.constantFrom('p', 'p2'),
        provenance: fc.constantFrom({}, { ä: 'ü' }, { lowest_trust: 'trusted' }),
      },
      { requiredKeys: ['trace_id'] },
    ),
    events: fc.array(anyEvent, { minLength: 1, maxLength: 4 }),
  });
  for (const group of fc.sample(anyGroup, { numRuns: 300, seed: 5 })) await log.append(group as EventGroup);
  const all = await groupsOf(file, start, log.size);
  const some: CommittedGroup[] = [];
  for await (const batch of readGroups(file, start, log.size, unread)) some.push(...batch);
  expect(all.length).toBeGreaterThan(100);
  // Each group is as its lines say: parsed one by one, and put together where they may belong together.
  const events: AuditEvent[] = readFileSync(file, 'utf8')
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line));
  for (const { context, first_sequence, last_sequence } of all) {
    const own = events.filter(({ sequence }) => sequence >= first_sequence && sequence <= last_sequence);
    for (const event of own) expect(eventContext(event)).toEqual(context);
  }
  for (const [index, { first_sequence }] of all.entries()) {
    const [before, first] = [events[first_sequence - 2], events[first_sequence - 1]];
    if (index === 0 || before === undefined || first === undefined) continue;
    const isApart = JSON.stringify(eventContext(before)) !== JSON.stringify(eventContext(first));
    expect(isApart || first.event_type === 'plan_received' || before.timestamp !== first.timestamp).toBe(
      true,
    );
  }
  expect(some).toEqual(
    all.map((group) => ({
      ...group,
      events: group.events.filter(({ event_type }) => event_type !== 'policy_evaluated'),
    })),
  );
});

it('refuses a line that was changed', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  await log.append(planGroup('run-1'));
  writeFileSync(file, readFileSync(file, 'utf8').replace('"block"', '"allow"'));
  await expect(groupsOf(file, 0, log.size)).rejects.toMatchObject({ reason: 'hash_mismatch' });
});

it('hashBefore answers the hash of the event that ends at a byte, and nothing elsewhere', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  const opened = log.size;
  const { hash } = await log.append(planGroup('run-1'));
  expect(await hashBefore(new LogReader(file), log.size)).toBe(hash);
  expect(await hashBefore(new LogReader(file), opened)).toMatch(/^sha256:/);
  expect(await hashBefore(new LogReader(file), log.size - 1)).toBeUndefined();
  expect(await hashBefore(new LogReader(file), log.size + 1)).toBeUndefined();
  expect(await hashBefore(new LogReader(file), 0)).toBeUndefined();
});

it('makes nothing of a line that the next one does not follow from', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  for (let turn = 0; turn < 5; turn += 1) await log.append(planGroup(`run-${turn % 2}`, 2));
  const end = log.size;
  await log.close();
  const whole = readFileSync(file);
  for (const sequence of [1, 4, 9]) {
    writeFileSync(file, whole);
    // Both words have as many letters, so every line stays where it was.
    resealEvent(file, sequence, (event) => {
      event['decision'] = 'allow';
    });
    await expect(groupsOf(file, 0, end)).rejects.toMatchObject({
      reason: 'prev_hash_mismatch',
      sequence: sequence + 1,
      message: expect.stringContaining(`it does not follow from event ${sequence}`),
    });
  }
});
