import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeJson, safeLines, safeText } from '../../src/cli/safe-text.ts';
import { tailCommand } from '../../src/cli/tail.ts';
import { tempLogFile } from '../audit/log-fixture.ts';
import { planGroup } from '../audit/plan-group.ts';
import { openSignedLog } from '../audit/signed-log.ts';

/** What a terminal acts upon: controls, also those of 8 bits, signs of direction, separators, tags. */
const HOSTILE = [
  '\u001b[2J',
  '\u009b31m',
  '\u0085',
  '\u007f',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u2029',
  '\u{e0041}',
  '\ufeff',
];
const ACTED_UPON = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const text = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE, '\\', '"', '\n', '😀'), fc.string()))
  .map((parts) => parts.join(''));

describe('text for a terminal', () => {
  it('as JSON is the same value, and has nothing that a terminal acts upon', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.array(text))), (value) => {
        const json = safeJson(value);
        expect(json).not.toMatch(ACTED_UPON);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('has its own ends of lines alone', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(safeText(value)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(safeLines(value)).not.toMatch(ACTED_UPON);
        expect(safeLines(value).split('\n')).toHaveLength(value.split('\n').length);
      }),
    );
  });

  it.each([true, false])('lines of the log are their very bytes but on a terminal (%j)', async (isScreen) => {
    const file = tempLogFile();
    const { log, close } = await openSignedLog(file);
    await log.append(planGroup(`run${HOSTILE.join('')}`, 1));
    await close();
    let shown = '';
    const out = (words: string) => {
      shown += words;
    };
    const given = { 'audit-file': file, json: true };
    await tailCommand.run(given, { out, err: out, isInteractive: false, isScreen });
    expect(ACTED_UPON.test(shown)).toBe(!isScreen);
    expect(JSON.parse(shown.trimEnd().split('\n').at(-1) ?? '').trace_id).toBe(`run${HOSTILE.join('')}`);
  });
});
