import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditLineError } from '../../src/audit/audit-error.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import { checkLine } from '../../src/audit/event-check.ts';
import { scanLine } from '../../src/audit/line-scan.ts';
import { canonicalJson } from '../../src/json/canonical.ts';
import { openLog, tempLogFile } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';

const EVENT = {
  agent_id: 'agent-1',
  decision: 'block',
  event_id: '019a437f-0000-7000-8000-000000000001',
  event_type: 'policy_evaluated',
  prev_hash: `sha256:${'0'.repeat(64)}`,
  schema_version: '1.0',
  sequence: 7,
  timestamp: '2026-11-02T09:14:07.215Z',
  trace_id: 'run-1',
  trace_prev_hash: `sha256:${'0'.repeat(64)}`,
  trace_sequence: 3,
};

/** The text of an event as a line, with the hash of whatever the text is: only its form can be wrong. */
function sealed(text: string): Buffer {
  const hash = createHash('sha256').update(text).digest('hex');
  const at = text.search(/"(payload|prev_hash)":/);
  const place = at < 0 ? 1 : at;
  return Buffer.from(`${text.slice(0, place)}"hash":"sha256:${hash}",${text.slice(place)}`);
}

function lineOf(more: object = {}): Buffer {
  return sealed(canonicalJson({ ...EVENT, ...more }));
}

/** What the rule says; `undefined` where it finds a fault. */
function ruled(raw: Buffer): AuditEvent | undefined {
  try {
    return checkLine(raw);
  } catch (error) {
    if (error instanceof AuditLineError) return undefined;
    throw error;
  }
}

/** The fast way never says yes where the rule says no, and then says the same. */
function expectAgreement(raw: Buffer): void {
  const scanned = scanLine(raw);
  if (scanned === undefined) return;
  const event = ruled(raw);
  if (event === undefined) throw new Error(`accepted against the rule: ${raw.toString()}`);
  const { event_type, sequence, hash, prev_hash, timestamp, trace_id, trace_sequence, trace_prev_hash } =
    event;
  expect(scanned).toEqual({
    ...{ event_type, sequence, hash, prev_hash, timestamp },
    ...(trace_id === undefined ? {} : { trace_id, trace_sequence, trace_prev_hash }),
  });
}

describe('the fast way to check a line', () => {
  it('takes what a log writes, but for what the log says of itself and what is in blobs', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    const payload = {
      note: 'é "quoted" \\ \u0001 \u007f 🙂',
      n: [0, -1.5, 1e21, true, null, {}, []],
      z: { a: 1, b: '' },
    };
    await log.append(planGroup('run-1', 3, { payload }));
    await log.append(planGroup(undefined, 2));
    await log.append(planGroup('run-é', 1));
    await log.append(planGroup('run-2', 1, { payload: { text: 'x'.repeat(70_000) } }));
    await log.close();
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => Buffer.from(line));
    for (const line of lines) expectAgreement(line);
    expect(lines.map((line) => scanLine(line) !== undefined)).toEqual([
      // log_opened, then three with all kinds of values, two without a trace, an id beyond ASCII, a blob.
      ...[false, true, true, true, true, true, false, false],
    ]);
  });

  it('agrees with the rule on any payload', () => {
    let taken = 0;
    const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anyJson), (payload) => {
        const line = lineOf({ payload });
        expectAgreement(line);
        expect(ruled(line)).toBeDefined();
        if (scanLine(line) !== undefined) taken += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('agrees with the rule on every line with one byte changed, dropped or added', () => {
    const text = canonicalJson({
      ...EVENT,
      payload: {
        a: ['x\n\u0001"\\', -1.5, 1e-7, 0, 123456789012345680000],
        b: { c: true, d: null },
        e: 'é',
      },
    });
    const bytes = Buffer.from(text);
    expect(scanLine(sealed(text))).toBeDefined();
    const others = [...'"\\{}[],:0 -.eEu/\n\u0001x'].map((character) => character.charCodeAt(0));
    for (let at = 0; at < bytes.length; at += 1) {
      for (const other of [...others, 0x80, 0xff]) {
        for (const removed of [0, 1]) {
          const changed = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from([other]),
            bytes.subarray(at + removed),
          ]);
          expectAgreement(sealed(changed.toString('latin1')));
          expectAgreement(sealedBytes(changed));
        }
      }
      expectAgreement(sealedBytes(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])));
    }
  });

  it.each<[string, string]>([
    ['white space', canonicalJson(EVENT).replace(':', ': ')],
    ['members in another order', JSON.stringify(Object.fromEntries(Object.entries(EVENT).toReversed()))],
    ['a doubled member', canonicalJson(EVENT).replace('"decision"', '"agent_id":"agent-1","decision"')],
    ['a doubled name inside', canonicalJson({ ...EVENT, payload: { a: 1 } }).replace('"a":1', '"a":1,"a":1')],
    ['names out of order inside', canonicalJson({ ...EVENT, payload: {} }).replace('{}', '{"b":1,"a":2}')],
    [
      'a name that begins another one, behind it',
      canonicalJson({ ...EVENT, payload: {} }).replace('{}', '{"ab":1,"a":2}'),
    ],
    [
      'numbers as names in the order of numbers',
      canonicalJson({ ...EVENT, payload: {} }).replace('{}', '{"9":1,"10":2}'),
    ],
    ['an escape that is not needed', canonicalJson(EVENT).replace('agent-1', 'agent\\u002d1')],
    ['an escaped slash', canonicalJson(EVENT).replace('agent-1', 'agent\\/1')],
    ['an escape in capitals', canonicalJson({ ...EVENT, payload: { a: '\u001f' } }).replace('001f', '001F')],
    [
      'a long escape for a short one',
      canonicalJson({ ...EVENT, payload: { a: '\n' } }).replace('\\n', '\\u000a'),
    ],
    ['a lone surrogate', canonicalJson(EVENT).replace('agent-1', '\\ud800')],
    ['1.0', canonicalJson({ ...EVENT, payload: { a: 1 } }).replace('"a":1', '"a":1.0')],
    ['-0', canonicalJson({ ...EVENT, payload: { a: 1 } }).replace('"a":1', '"a":-0')],
    ['01', canonicalJson({ ...EVENT, payload: { a: 1 } }).replace('"a":1', '"a":01')],
    ['1E2', canonicalJson({ ...EVENT, payload: { a: 1 } }).replace('"a":1', '"a":1E2')],
    [
      'a number no double holds',
      canonicalJson({ ...EVENT, payload: { a: 1 } }).replace('"a":1', '"a":9007199254740993'),
    ],
    ['a comma too many', canonicalJson({ ...EVENT, payload: { a: 1 } }).replace('"a":1', '"a":1,')],
    ['a sequence with a fraction', canonicalJson({ ...EVENT, sequence: 7.5 })],
    ['a negative sequence', canonicalJson({ ...EVENT, sequence: -7 })],
    ['a sequence in quotes', canonicalJson({ ...EVENT, sequence: '7' })],
    ['a trace without its hash', canonicalJson({ ...EVENT, trace_prev_hash: undefined })],
    ['another version', canonicalJson({ ...EVENT, schema_version: '1.1' })],
    ['a payload that is a list', canonicalJson({ ...EVENT, payload: [] })],
    ['a decision that is no text', canonicalJson({ ...EVENT, decision: 1 })],
    ['another kind of id', canonicalJson({ ...EVENT, event_id: '019a437f-0000-4000-8000-000000000001' })],
    ['a time without milliseconds', canonicalJson({ ...EVENT, timestamp: '2026-11-02T09:14:07Z' })],
    ['something behind the end', `${canonicalJson(EVENT)} `],
    ['no object', '[]'],
    ['nothing', ''],
  ])('does not take %s', (_what, text) => {
    expect(ruled(sealed(text))).toBeUndefined();
    expect(scanLine(sealed(text))).toBeUndefined();
  });

  it('does not take a line whose hash is not its own, or that is too long', () => {
    expect(scanLine(lineOf())).toBeDefined();
    expect(scanLine(Buffer.from(lineOf().toString().replace('block', 'allow')))).toBeUndefined();
    const long = lineOf({ payload: { text: 'x'.repeat(65_535) } });
    expect(scanLine(long)).toBeUndefined();
    const deep = lineOf({ payload: { a: JSON.parse('['.repeat(60) + ']'.repeat(60)) } });
    expect(ruled(deep)).toBeDefined();
    expectAgreement(deep);
  });
});

/** As `sealed`, of bytes that may be no text. */
function sealedBytes(bytes: Buffer): Buffer {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const at = bytes.indexOf('"payload":');
  const place = at < 0 ? 1 : at;
  return Buffer.concat([
    bytes.subarray(0, place),
    Buffer.from(`"hash":"sha256:${hash}",`),
    bytes.subarray(place),
  ]);
}
