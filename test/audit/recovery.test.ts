import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeFileIo } from '../../src/audit/file-io.ts';
import { expectHolds, openLog, tempLogFile } from './log-fixture.ts';
import { naiveEvents } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';

/** A closed log of `log_opened` and nine events in three groups. */
async function closedLog(): Promise<string> {
  const file = tempLogFile();
  const { log } = await openLog(file);
  for (const trace of ['run-1', 'run-2', 'run-1']) await log.append(planGroup(trace, 3));
  await log.close();
  return file;
}

function lastEvent(file: string) {
  return naiveEvents(readFileSync(file)).at(-1);
}

describe('reopening', () => {
  it('keeps the origin, goes on with both chains and says nothing of a clean end', async () => {
    const file = await closedLog();
    const { log, recovery } = await openLog(file, { origin: 'log.example/other' });
    expect(recovery).toEqual({ isNew: false, kept_events: 10 });
    expect(log).toMatchObject({ origin: 'log.example/1', nextSequence: 10 });
    expect(log.knownHead('run-1')?.trace_sequence).toBe(5);
    expect(await log.append(planGroup('run-2', 1))).toMatchObject({ first_sequence: 10, trace_sequence: 3 });
    expect(await expectHolds(file)).toBe(11);
  });

  it('verifies the last 1 MiB of a longer log, and finds its end', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    for (let group = 0; group < 40; group += 1) {
      await log.append(planGroup('run-1', 1, { payload: { text: 'x'.repeat(60_000) } }));
    }
    await log.close();
    const again = await openLog(file);
    expect(again.log).toMatchObject({ nextSequence: 41, origin: 'log.example/1' });
    await again.log.append(planGroup('run-1', 1), {
      trace_sequence: 39,
      hash: String(lastEvent(file)?.['hash']),
    });
    expect(await expectHolds(file)).toBe(42);
  });
});

describe('a torn tail', () => {
  it.each([
    ['half a line', Buffer.from('{"agent_id":"agent-fin')],
    ['a whole line without its newline', Buffer.from('{"event_id":"x","sequence":10}')],
    ['NUL bytes', Buffer.alloc(5_000)],
    ['half a line and NUL bytes', Buffer.concat([Buffer.from('{"agent_id":"ag'), Buffer.alloc(9_000)])],
    ['more NUL bytes than one look takes in', Buffer.alloc(2_500_000)],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x80])],
  ])('of %s is set aside, cut off and noted', async (_, tail) => {
    const file = await closedLog();
    const whole = readFileSync(file);
    appendFileSync(file, tail);
    const { log, recovery } = await openLog(file);
    const torn = {
      recovered_size: whole.length,
      torn_bytes: tail.length,
      torn_hash: `sha256:${createHash('sha256').update(tail).digest('hex')}`,
      torn_file: `${basename(file)}.torn-${whole.length}`,
    };
    expect(recovery).toEqual({ isNew: false, kept_events: expect.any(Number), torn });
    expect(readFileSync(`${dirname(file)}/${torn.torn_file}`).equals(tail)).toBe(true);
    expect(lastEvent(file)).toMatchObject({ event_type: 'audit_recovered', sequence: 10, payload: torn });
    expect(readFileSync(file).subarray(0, whole.length).equals(whole)).toBe(true);
    await log.append(planGroup('run-1'));
    expect(await expectHolds(file)).toBe(13);
  });

  it('set aside before is never overwritten', async () => {
    const file = await closedLog();
    const offset = readFileSync(file).length;
    writeFileSync(`${file}.torn-${offset}`, 'kept from a start that was cut short');
    appendFileSync(file, 'torn');
    const { recovery } = await openLog(file);
    expect(recovery.torn?.torn_file).toBe(`events.jsonl.torn-${offset}.2`);
    expect(readFileSync(`${file}.torn-${offset}`, 'utf8')).toContain('kept');
  });

  it('cut off by a start that crashed before it was noted is noted by the next one, once', async () => {
    const file = await closedLog();
    const offset = readFileSync(file).length;
    writeFileSync(`${file}.torn-${offset}`, 'torn');
    const first = await openLog(file);
    expect(first.recovery.torn).toMatchObject({ recovered_size: offset, torn_bytes: 4 });
    await first.log.close();
    const second = await openLog(file);
    expect(second.recovery).toEqual({ isNew: false, kept_events: expect.any(Number) });
    expect(await expectHolds(file)).toBe(11);
  });

  it('kept by a start that crashed before it cut is not kept twice', async () => {
    const file = await closedLog();
    const offset = readFileSync(file).length;
    writeFileSync(`${file}.torn-${offset}`, 'torn');
    appendFileSync(file, 'torn');
    const { recovery } = await openLog(file);
    expect(recovery.torn?.torn_file).toBe(`events.jsonl.torn-${offset}`);
    expect(readdirSync(dirname(file)).filter((name) => name.includes('torn'))).toHaveLength(1);
  });

  it('of a very first line leaves a new log that says so', async () => {
    const file = await closedLog();
    truncateSync(file, 100);
    const { log, recovery } = await openLog(file, { origin: 'log.example/2' });
    expect(recovery).toMatchObject({ isNew: true, torn: { recovered_size: 0, torn_bytes: 100 } });
    expect(log.origin).toBe('log.example/2');
    expect(naiveEvents(readFileSync(file)).map((event) => event['event_type'])).toEqual([
      'log_opened',
      'audit_recovered',
    ]);
    await expectHolds(file);
  });

  it('anywhere: a log cut at any byte opens, keeps its whole lines and holds', async () => {
    const original = await closedLog();
    const bytes = readFileSync(original);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (size) => {
        const file = tempLogFile();
        copyFileSync(original, file);
        truncateSync(file, size);
        const kept = bytes.subarray(0, size).lastIndexOf(10) + 1;
        const { log, recovery } = await openLog(file);
        expect(recovery.torn?.torn_bytes ?? 0).toBe(size - kept);
        await log.append(planGroup('run-3'));
        await log.close();
        expect(readFileSync(file).subarray(0, kept).equals(bytes.subarray(0, kept))).toBe(true);
        await expectHolds(file);
      }),
      { numRuns: 60 },
    );
  });
});

describe('refuses to start, names the event and changes nothing', () => {
  const cases: [name: string, edit: (text: string) => string, message: RegExp][] = [
    [
      'an edited event',
      (text) => text.replace('"index":1', '"index":7'),
      /at byte \d+, after event 1 .*hash_mismatch/,
    ],
    ['a deleted line', (text) => withoutLine(text, 4), /event 5 .*sequence_broken/],
    [
      'a doubled line',
      (text) => text.replace(/(\{.*"sequence":9,.*\n)/, '$1$1'),
      /event 9 .*sequence_broken/,
    ],
    [
      'NUL bytes before a whole line',
      (text) => text.replace('\n{"agent', '\n\0\0\0\n{"agent'),
      /after event 0.*not_json/,
    ],
    ['a line that is no event', (text) => `${text}{"hello":"world"}\n`, /after event 9.*unknown_schema/],
    ['an empty line at the end', (text) => `${text}\n`, /after event 9.*not_json/],
    ['a first line that opens no log', (text) => withoutLine(text, 0), /does not open a log/],
    ['a foreign JSONL file', () => '{"level":30,"msg":"hello"}\n', /unknown_schema/],
    ['a text file without newline', () => 'dear diary', /is not an audit log/],
    ['a byte order mark', (text) => `\ufeff${text}`, /not_json/],
    ['CRLF line ends', (text) => text.replaceAll('\n', '\r\n'), /not_canonical/],
    ['a line of 2 MB at the end', (text) => `${text}${'x'.repeat(2_000_000)}\n`, /more than 1048576 bytes/],
  ];

  it.each(cases)('%s', async (_, edit, message) => {
    const file = await closedLog();
    writeFileSync(file, edit(readFileSync(file, 'utf8')));
    const before = readFileSync(file);
    const error = await openLog(file).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'audit_damaged', message: expect.stringMatching(message) });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file)).filter((name) => name.includes('torn'))).toEqual([]);
    // The lock is free again: the next look gives the same answer.
    await expect(openLog(file)).rejects.toMatchObject({ code: 'audit_damaged' });
  });
});

describe('a log that cannot be written', () => {
  it.each([
    ['is a directory', (file: string) => mkdirSync(file)],
    ['lies below a file', (file: string) => writeFileSync(dirname(`${file}`).concat('/blocked'), '')],
  ])('answers audit_unwritable when it %s', async (name, prepare) => {
    const file = tempLogFile();
    prepare(file);
    const path = name === 'is a directory' ? file : `${dirname(file)}/blocked/events.jsonl`;
    await expect(openLog(path)).rejects.toMatchObject({ code: 'audit_unwritable' });
  });

  it('answers audit_unwritable when its lock file is something else', async () => {
    const file = tempLogFile();
    writeFileSync(`${file}.lock`, 'x'.repeat(5_000));
    await expect(openLog(file)).rejects.toMatchObject({
      code: 'audit_unwritable',
      message: expect.stringContaining('not a database'),
    });
    expect(existsSync(file)).toBe(false);
  });
});

function withoutLine(text: string, index: number): string {
  return text
    .split('\n')
    .filter((_, line) => line !== index)
    .join('\n');
}

it('makes durable what a crash left written and not synced, before anything is signed over it', async () => {
  const file = tempLogFile();
  const { log } = await openLog(file);
  await log.append(planGroup('run-1', 3));
  await log.close();
  const synced: number[] = [];
  const sync = (fd: number) => {
    synced.push(fstatSync(fd).size);
    return nodeFileIo.sync(fd);
  };
  await openLog(file, { io: { ...nodeFileIo, sync } });
  expect(synced).toEqual([statSync(file).size]);
});
