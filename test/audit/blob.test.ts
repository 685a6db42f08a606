import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LogReader } from '../../src/audit/log-reader.ts';
import { readSpan } from '../../src/audit/span-reader.ts';
import { sha256 } from '../../src/json/canonical.ts';
import { blobsOf, expectHolds, openLog, tempLogFile } from './log-fixture.ts';
import { naiveEvents } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';

const MAX_LINE_BYTES = 65_535;

function lastLine(file: string): Buffer {
  const bytes = readFileSync(file).subarray(0, -1);
  return bytes.subarray(bytes.lastIndexOf(10) + 1);
}

describe('a payload too large for its line', () => {
  it('moves to a blob named by its hash, and comes back when it is read', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const payload = {
      plan: {
        steps: Array.from({ length: 20_000 }, (_, index) => ({ step_id: `s${index}`, ü: 'x'.repeat(30) })),
      },
    };
    const { offset, bytes } = await log.append(planGroup('run-1', 2, { payload }));
    expect(bytes).toBeLessThan(2_000);
    const [blob, ...others] = readdirSync(blobsOf(file));
    expect(others).toEqual([]);
    const content = readFileSync(join(blobsOf(file), blob ?? ''));
    expect(content.length).toBeGreaterThan(1_000_000);
    expect(naiveEvents(readFileSync(file)).at(-1)?.['payload']).toEqual({
      blob: sha256(content.toString('utf8')),
      bytes: content.length,
    });
    expect(
      (await readSpan(new LogReader(file), { offset, bytes, first_sequence: 1 })).map(
        (event) => event.payload,
      ),
    ).toEqual([payload, payload]);
    expect(statSync(join(blobsOf(file), blob ?? '')).mode & 0o777).toBe(0o440);
    await expectHolds(file);
  });

  it('does so exactly when the line would have more than 65,535 bytes', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    await log.append(planGroup('run-1', 1, { payload: { text: '' } }));
    const room = MAX_LINE_BYTES - lastLine(file).length;
    // The second event of the trace has the same length as the first: each number has one digit.
    await log.append(planGroup('run-1', 1, { payload: { text: 'x'.repeat(room) } }));
    expect(lastLine(file)).toHaveLength(MAX_LINE_BYTES);
    await log.append(planGroup('run-1', 1, { payload: { text: 'x'.repeat(room + 1) } }));
    expect(lastLine(file).length).toBeLessThan(1_000);
    await log.append(planGroup('run-1', 1, { payload: { text: 'é'.repeat(room / 2 + 1) } }));
    expect(lastLine(file).length).toBeLessThan(1_000);
    expect(readdirSync(blobsOf(file))).toHaveLength(2);
    await expectHolds(file);
  });

  it('replaces a blob of that name with other content, and leaves no draft', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const group = planGroup('run-1', 1, { payload: { text: 'x'.repeat(70_000) } });
    await log.append(group);
    const [name] = readdirSync(blobsOf(file));
    const path = join(blobsOf(file), name ?? '');
    const content = readFileSync(path);
    rmSync(path);
    writeFileSync(path, content.subarray(0, 100));
    await log.append(group);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(blobsOf(file))).toEqual([name]);
    await expectHolds(file);
  });
});

it('a small payload that looks like a reference becomes a blob itself, so that none is taken for one', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  const payload = { blob: `sha256:${'ab'.repeat(32)}`, bytes: 5 };
  const { offset, bytes } = await log.append(planGroup('run-1', 1, { payload }));
  expect(await readSpan(new LogReader(file), { offset, bytes, first_sequence: 1 })).toMatchObject([
    { payload },
  ]);
  await expectHolds(file);
});

it('an event too large without its payload is refused, and nothing of its group is kept', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  const group = planGroup('run-1', 3);
  group.context.agent_name = 'x'.repeat(66_000);
  await expect(log.append(group)).rejects.toMatchObject({ code: 'event_too_large' });
  expect(log.knownHead('run-1')).toBeUndefined();
  await log.append(planGroup('run-1', 1));
  expect(await expectHolds(file)).toBe(2);
});

describe('readSpan', () => {
  it.each([
    ['starts inside a line', 1, -1, 'not_json'],
    ['ends inside a line', 0, -1, 'torn_tail'],
    ['goes past the end', 0, 10, 'torn_tail'],
  ])('refuses a span that %s', async (_, moved, longer, reason) => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const { offset, bytes } = await log.append(planGroup('run-1'));
    await expect(
      readSpan(new LogReader(file), { offset: offset + moved, bytes: bytes + longer, first_sequence: 1 }),
    ).rejects.toMatchObject({
      code: 'audit_damaged',
      reason,
    });
  });

  it('refuses a line that was changed', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const { offset, bytes } = await log.append(planGroup('run-1'));
    writeFileSync(file, readFileSync(file, 'utf8').replace('"block"', '"allow"'));
    await expect(readSpan(new LogReader(file), { offset, bytes, first_sequence: 1 })).rejects.toMatchObject({
      reason: 'hash_mismatch',
    });
  });
});
