import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard } from '../../src/guard/index.ts';
import { redactText } from '../../src/guard/secrets/redact-text.ts';

const guard = createGuard();
const shown = (text: string): string => redactText(text, guard.secrets(text));

/** By what stands behind `live` no rule knows them; it tells whether anything of them is left. */
const SECRETS = [
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'AKIAIOSFODNN7EXAMPLF',
  'xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx',
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe',
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  'glpat-abcdefghijklmnopqrst',
  'npm_abcdefghijklmnopqrstuvwxyz0123456789',
  'hf_abcdefghijklmnopqrstuvwxyzABCDEFGH',
];
const ESCAPED = [
  '\\n',
  '\\r\\n',
  '\\t',
  '\\\\n',
  '\\u0020',
  '\\x20',
  '%20',
  '%3D',
  '%0a',
  '%2520',
  '\\"',
  '=3D',
];
const COLOURED = ['\u001b[31m', '\u001b[0;1m', '\\u001b[31m', '\\x1b[1m', '\\e[0m'];

it.each([0, 1])('what is redacted never leaves half a character, beginning at %i', (odd) => {
  const text = `${'a'.repeat(odd)}${'\u{1f600}'.repeat(600_000)}`;
  expect(shown(text).isWellFormed()).toBe(true);
});

describe('a secret at an escape', () => {
  it.each(SECRETS)('is found: %s', (secret) => {
    expect(shown(`a ${secret} b`)).not.toContain(secret);
    for (const mark of [...ESCAPED, ...COLOURED]) {
      expect(shown(`line${mark}${secret}`), mark).not.toContain(secret);
      expect(shown(`line${mark}${secret}${mark}line`), mark).not.toContain(secret);
    }
  });

  it('is found in JSON in JSON, over as many levels as there are', () => {
    for (const secret of SECRETS) {
      let text = `output\n${secret}\nend`;
      for (let level = 0; level < 3; level += 1) {
        text = JSON.stringify({ text });
        expect(shown(text)).not.toContain(secret);
      }
    }
  });

  it.each(['base64', 'base64url', 'hex'] as const)(
    'is found in a run of %s, and the run goes whole',
    (encoding) => {
      for (const secret of SECRETS) {
        for (const inner of [secret, `{"token":"${secret}"}`, `user:${secret}`]) {
          const run = Buffer.from(inner).toString(encoding);
          for (const text of [run, `data: ${run}`, `a\\n${run}\\nb`, `"${run}"`])
            expect(shown(text)).not.toContain(run.slice(8, 24));
        }
      }
      expect(
        shown(Buffer.from('The report of the third quarter is attached.').toString(encoding)),
      ).not.toContain('[');
    },
  );

  it('takes nothing more of a text without escapes, and leaves ordered stretches apart', () => {
    const pieces = fc.constantFrom(
      ...SECRETS,
      ...ESCAPED,
      ...COLOURED,
      ' ',
      'word',
      '"',
      'C:\\new\\temp',
      '50 % of',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
        const text = parts.join('');
        const found = guard.secrets(text);
        for (const [index, { start, end }] of found.entries()) {
          expect(start).toBeGreaterThanOrEqual(found[index - 1]?.end ?? 0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
    expect(guard.secrets('C:\\new\\temp\\release 50%20 of =3D and \\u0041')).toEqual([]);
  });
});
