import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { CommittedGroup, EventDraft } from '../../src/audit/event.ts';
import { LogReader } from '../../src/audit/log-reader.ts';
import { hashBefore, readGroups } from '../../src/audit/read-groups.ts';
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
