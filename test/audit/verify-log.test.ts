import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyLog } from '../../src/audit/verify-log.ts';
import { canonicalJson } from '../../src/json/canonical.ts';
import { blobsOf, openLog, tempLogFile } from './log-fixture.ts';
import { naiveEvents, naiveFault } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';

async function closedLog(
  payload: Record<string, unknown> = { note: 'é "quoted" \\ \u0001' },
): Promise<string> {
  const file = tempLogFile();
  const { log } = await openLog(file);
  await log.append(planGroup('run-1', 2, { payload }));
  await log.append(planGroup('run-2', 1, { payload }));
  await log.append(planGroup('run-1', 1, { payload }));
  await log.close();
  return file;
}

it('accepts a log that is as it was written', async () => {
  const file = await closedLog();
  const last = naiveEvents(readFileSync(file)).at(-1);
  expect(await verifyLog(file)).toEqual({
    ok: true,
    events: 5,
    origin: 'log.example/1',
    last_hash: last?.['hash'],
    checkpoints: [],
    announced_keys: [],
    rotations: [],
    purges: [],
    purged_events: 0,
  });
});

it('takes an empty file for no log: it has a first line', async () => {
  const file = tempLogFile();
  writeFileSync(file, '');
  const first_bad = { sequence: 0, offset: 0, reason: 'not_log_opened' };
  expect(await verifyLog(file)).toMatchObject({ ok: false, events: 0, first_bad });
  expect(naiveFault(Buffer.alloc(0), blobsOf(file))).toBeDefined();
});

it('rejects every change of a single byte, and so does the independent verifier', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  await log.append(planGroup('é', 2, { payload: { n: 1 } }));
  await log.close();
  const original = readFileSync(file);
  const copy = Buffer.from(original);
  for (let index = 0; index < original.length; index += 1) {
    const byte = original[index] ?? 0;
    for (const changed of [byte ^ 1, byte ^ 0x20]) {
      copy[index] = changed;
      writeFileSync(file, copy);
      const { ok, first_bad } = await verifyLog(file);
      const where = `byte ${index}: ${byte} → ${changed}`;
      expect(naiveFault(copy, blobsOf(file)), where).toBeDefined();
      expect(ok, where).toBe(false);
      expect(first_bad?.offset, where).toBeLessThanOrEqual(index);
    }
    copy[index] = byte;
  }
});

describe('names the first event that does not hold', () => {
  const cases: [string, (lines: string[]) => string[], { sequence: number; reason: string }][] = [
    ['an edited member', (l) => edit(l, 2, '"block"', '"allow"'), { sequence: 2, reason: 'hash_mismatch' }],
    [
      'an edit with its own hash made anew',
      (l) => set(l, 2, resealed(l[2], { decision: 'allow' })),
      { sequence: 3, reason: 'prev_hash_mismatch' },
    ],
    ['a deleted line', (l) => l.toSpliced(2, 1), { sequence: 2, reason: 'sequence_broken' }],
    ['a doubled line', (l) => l.toSpliced(2, 0, l[1] ?? ''), { sequence: 2, reason: 'sequence_broken' }],
    [
      'two lines that changed places',
      (l) => l.with(2, l[3] ?? '').with(3, l[2] ?? ''),
      { sequence: 2, reason: 'sequence_broken' },
    ],
    ['a first line cut off', (l) => l.slice(1), { sequence: 0, reason: 'sequence_broken' }],
    [
      'a first line that opens nothing',
      (l) => set(l, 0, resealed(l[0], { event_type: 'plan_received' })),
      { sequence: 0, reason: 'not_log_opened' },
    ],
    [
      'a trace that skips a number',
      (l) => chained(l, 2, { trace_sequence: 5 }),
      { sequence: 2, reason: 'trace_sequence_broken' },
    ],
    [
      'a trace that hangs on another event',
      (l) => chained(l, 4, { trace_prev_hash: hashOf(l[3]) }),
      { sequence: 4, reason: 'trace_prev_hash_mismatch' },
    ],
    [
      'time that runs backwards',
      (l) => chained(l, 4, { timestamp: '2026-11-02T09:14:07.214Z' }),
      { sequence: 4, reason: 'time_ran_backwards' },
    ],
    ['keys in another order', (l) => set(l, 2, reordered(l[2])), { sequence: 2, reason: 'not_canonical' }],
    [
      'white space',
      (l) => edit(l, 2, ',"event_id"', ', "event_id"'),
      { sequence: 2, reason: 'not_canonical' },
    ],
    [
      '1.0 for 1',
      (l) => edit(l, 2, '"sequence":2', '"sequence":2.0'),
      { sequence: 2, reason: 'not_canonical' },
    ],
    [
      'a doubled key',
      (l) => edit(l, 2, '{"agent_id"', '{"agent_id":"x","agent_id"'),
      { sequence: 2, reason: 'not_canonical' },
    ],
    [
      'an escape that need not be',
      (l) => edit(l, 2, 'acme', '\\u0061cme'),
      { sequence: 2, reason: 'not_canonical' },
    ],
    [
      'a lone surrogate behind an escape',
      (l) => edit(l, 2, 'acme', '\\ud800'),
      { sequence: 2, reason: 'not_canonical' },
    ],
    ['CRLF', (l) => l.map((line) => `${line}\r`), { sequence: 0, reason: 'not_canonical' }],
    ['a byte order mark', (l) => set(l, 0, `\ufeff${l[0]}`), { sequence: 0, reason: 'not_json' }],
    ['an empty line', (l) => l.toSpliced(2, 0, ''), { sequence: 2, reason: 'not_json' }],
    [
      'a foreign JSON line',
      (l) => l.toSpliced(2, 0, '{"level":30}'),
      { sequence: 2, reason: 'unknown_schema' },
    ],
    [
      'another schema version',
      (l) => set(l, 2, resealed(l[2], { schema_version: '2.0' })),
      { sequence: 2, reason: 'unknown_schema' },
    ],
    ['a JSON array', (l) => set(l, 2, '[]'), { sequence: 2, reason: 'not_an_event' }],
    [
      'a sequence that is no number',
      (l) => set(l, 2, resealed(l[2], { sequence: '2' })),
      { sequence: 2, reason: 'not_an_event' },
    ],
    [
      'an object where a text belongs',
      (l) => set(l, 2, resealed(l[2], { decision: { hash: 1 } })),
      { sequence: 2, reason: 'not_an_event' },
    ],
    [
      'a payload that is no object',
      (l) => set(l, 2, resealed(l[2], { payload: [] })),
      { sequence: 2, reason: 'not_an_event' },
    ],
    [
      'a trace without its number',
      (l) => set(l, 2, resealed(l[2], { trace_sequence: undefined })),
      { sequence: 2, reason: 'not_an_event' },
    ],
    [
      'a line above the limit',
      (l) => set(l, 2, resealed(l[2], { reason: 'x'.repeat(66_000) })),
      { sequence: 2, reason: 'line_too_long' },
    ],
    [
      'a line of 10 MB',
      (l) => l.toSpliced(2, 0, 'x'.repeat(10_000_000)),
      { sequence: 2, reason: 'line_too_long' },
    ],
    [
      'a line of 20 MB',
      (l) => l.toSpliced(2, 0, 'x'.repeat(20_000_000)),
      { sequence: 2, reason: 'line_too_long' },
    ],
  ];

  it.each(cases)('%s', async (_, change, expected) => {
    const file = await closedLog();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const changed = Buffer.from(change(lines).join('\n').concat('\n'));
    writeFileSync(file, changed);
    const { ok, events, first_bad } = await verifyLog(file);
    expect({ ok, sequence: first_bad?.sequence, reason: first_bad?.reason }).toEqual({
      ok: false,
      ...expected,
    });
    expect(events).toBe(expected.sequence);
    const before = changed.toString('utf8').split('\n').slice(0, expected.sequence);
    expect(first_bad?.offset).toBe(Buffer.byteLength(before.map((line) => `${line}\n`).join('')));
    expect(naiveFault(changed, blobsOf(file))).toBeDefined();
  });

  it.each([
    ['a torn last line', (bytes: Buffer) => bytes.subarray(0, -1), { sequence: 4, reason: 'torn_tail' }],
    [
      'NUL bytes at the end',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(9)]),
      { sequence: 5, reason: 'torn_tail' },
    ],
    [
      'bytes that are not UTF-8',
      (bytes: Buffer) => Buffer.from(bytes.toString('latin1'), 'latin1').fill(0xff, 9, 10),
      { sequence: 0, reason: 'not_utf8' },
    ],
  ])('%s', async (_, change, expected) => {
    const file = await closedLog();
    const changed = change(readFileSync(file));
    writeFileSync(file, changed);
    expect((await verifyLog(file)).first_bad).toMatchObject(expected);
    expect(naiveFault(changed, blobsOf(file))).toBeDefined();
  });
});

describe('a payload in a blob', () => {
  it.each([
    ['missing', (path: string) => rmSync(path), 'blob_missing'],
    ['changed', (path: string) => overwrite(path, (text) => text.replace('x', 'y')), 'blob_mismatch'],
    ['longer', (path: string) => overwrite(path, (text) => `${text} `), 'blob_mismatch'],
  ])('%s is named', async (_, disturb, reason) => {
    const file = await closedLog({ text: 'x'.repeat(70_000) });
    const [name] = readdirSync(blobsOf(file));
    disturb(join(blobsOf(file), name ?? ''));
    expect((await verifyLog(file)).first_bad).toMatchObject({ sequence: 1, reason });
    expect(naiveFault(readFileSync(file), blobsOf(file))).toBeDefined();
  });
});

it('rejects with the error of the file system when there is no file', async () => {
  await expect(verifyLog(tempLogFile())).rejects.toMatchObject({ code: 'ENOENT' });
});

function edit(lines: string[], index: number, from: string, to: string): string[] {
  expect(lines[index]).toContain(from);
  return set(lines, index, lines[index]?.replace(from, to));
}

function set(lines: string[], index: number, line: string | undefined): string[] {
  return lines.with(index, line ?? '');
}

/** The line with members replaced and a hash of its own that fits. */
function resealed(line: string | undefined, members: Record<string, unknown>): string {
  const { hash: _, ...event } = { ...JSON.parse(line ?? ''), ...members };
  const digest = createHash('sha256').update(canonicalJson(event)).digest('hex');
  return canonicalJson({ ...event, hash: `sha256:${digest}` });
}

/** The same, with the log's chain behind it made anew: only the trace or the time is wrong then. */
function chained(lines: string[], index: number, members: Record<string, unknown>): string[] {
  const changed = set(lines, index, resealed(lines[index], members));
  for (let next = index + 1; next < changed.length; next += 1) {
    changed[next] = resealed(changed[next], { prev_hash: hashOf(changed[next - 1]) });
  }
  return changed;
}

function hashOf(line: string | undefined): string {
  return JSON.parse(line ?? '').hash;
}

function reordered(line: string | undefined): string {
  const { agent_id, ...rest } = JSON.parse(line ?? '');
  return JSON.stringify({ ...rest, agent_id });
}

/** Blobs are read-only files. */
function overwrite(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  writeFileSync(path, change(text));
}
