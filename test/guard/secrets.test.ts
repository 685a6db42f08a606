import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Redaction } from '../../src/guard/finding.ts';
import { createGuard, redactJson, redactText } from '../../src/guard/index.ts';
import { type BegunForm, readForm } from '../../src/guard/secrets/begun-form.ts';
import { OWN_FORMS } from '../../src/guard/secrets/own-forms.ts';
import { presetRules } from '../../src/guard/secrets/preset.ts';
import { SECRET_LIMIT } from '../../src/guard/secrets/secret-scanner.ts';
import { BEGUN_TOKENS } from '../../src/guard/secrets/token-forms.ts';

const { secrets } = createGuard();

/** Letters and digits without meaning, so that no secret stands in this file. */
function digits(length: number, alphabet = 'aB3dE6gH9kL2nP5rS8uV1xY4'): string {
  return Array.from({ length }, (_, index) => alphabet[(index * 7 + (index >> 2)) % alphabet.length]).join(
    '',
  );
}
const upper = (length: number): string => digits(length).toUpperCase();

/** What a form finds when it is tried at every place, and goes on behind what it read. */
function everywhere(form: BegunForm, text: string): Redaction[] {
  const found: Redaction[] = [];
  for (let at = 0; at < text.length; ) {
    const read = readForm(form, text, at);
    if (read?.secret !== undefined) found.push(read.secret);
    at = Math.max(at + 1, read?.end ?? 0);
  }
  return found;
}

const FORMS: { kind: string; secret: string }[] = [
  { kind: 'github', secret: `ghp_${digits(36)}` },
  { kind: 'github', secret: `github_pat_${digits(82)}` },
  { kind: 'gitlab', secret: `glpat-${digits(20)}` },
  { kind: 'slack', secret: `xoxb-${digits(12)}-${digits(24)}` },
  { kind: 'stripe', secret: `sk_live_${digits(24)}` },
  { kind: 'anthropic', secret: `sk-ant-api03-${digits(93)}AA` },
  { kind: 'openai', secret: `sk-${digits(20)}T3BlbkFJ${digits(20)}` },
  { kind: 'sendgrid', secret: `SG.${digits(22)}.${digits(43)}` },
  { kind: 'npm', secret: `npm_${digits(36)}` },
  { kind: 'aws', secret: `AKIA${upper(16)}` },
  { kind: 'tailscale', secret: `tskey-api-${digits(12)}-${digits(24)}` },
  { kind: 'jwt', secret: `eyJ${digits(20)}.eyJ${digits(40)}.${digits(43)}` },
  {
    kind: 'jwt',
    secret: `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.eyJ${digits(40)}.${digits(43)}`,
  },
  { kind: 'google_api_key', secret: `AIza${digits(35)}` },
  {
    kind: 'private_key',
    secret: `-----BEGIN RSA PRIVATE KEY-----\n${digits(64)}\n${digits(64)}\n-----END RSA PRIVATE KEY-----`,
  },
  {
    kind: 'private_key',
    secret: `-----BEGIN PRIVATE KEY-----\\n${digits(64)}\\n${digits(64)}\\n-----END PRIVATE KEY-----`,
  },
  { kind: 'private_key', secret: `-----BEGIN OPENSSH PRIVATE KEY-----\n${digits(64)}\n${digits(64)}` },
];

const BESIDE_A_NAME = [
  `api_key = "${digits(32)}"`,
  `"client_secret": "${digits(40)}"`,
  `export AUTH_TOKEN=${digits(32)}`,
  'password: hunter2hunter2',
  `Authorization: Bearer ${digits(40)}`,
  `postgres://app:${digits(12)}@db.example.com/app`,
];

const CLEAN = [
  'Please send the quarterly report to Ms Miller.',
  'password: required, at least 12 characters',
  'api_key = YOUR_API_KEY_HERE_12345',
  'token: string; secret: string',
  'const token = tokens.next_token1.value;',
  'key = process.env.API_KEY_2026',
  'd0a5c1b2e3f4a5968778695a4b3c2d1e0f1a2b3c',
  '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
  'The keynote: 2026-11-25T10:00:00Z',
  'https://example.com/a:b@c',
  'ghp_tooshort and sk-nothing',
];

const piece = fc.oneof(
  fc.constantFrom(...FORMS.map((form) => form.secret), ...BESIDE_A_NAME, ...CLEAN),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    'ghp_',
    'sk-',
    '://',
    '@',
    'key=',
    '"',
    '-----BEGIN PRIVATE KEY-----',
    'eyJ',
    '[redacted:',
    ']',
    'password:',
  ),
);
const anyText = fc
  .tuple(fc.array(piece, { maxLength: 6 }), fc.constantFrom('', ' ', '\n'))
  .map(([parts, gap]) => parts.join(gap));

describe('secrets', () => {
  it.each(FORMS)('finds $kind whole', ({ kind, secret }) => {
    const text = `see ${secret} here`;
    const [found] = secrets(text);
    expect(found?.kind).toBe(kind);
    expect(found?.start).toBe(4);
    expect(found?.end).toBeGreaterThanOrEqual(4 + secret.trimEnd().length);
  });

  it.each(BESIDE_A_NAME)('finds the value in: %s', (text) => {
    expect(secrets(text)).toHaveLength(1);
  });

  it.each(CLEAN)('leaves alone: %s', (text) => {
    expect(secrets(text)).toEqual([]);
  });

  it('sees in windows what the rules see in the whole text', () => {
    const rules = presetRules();
    fc.assert(
      fc.property(anyText, (text) => {
        const naive = [
          ...[...OWN_FORMS, ...BEGUN_TOKENS].flatMap((form) => everywhere(form, text)),
          ...[...rules.values()]
            .filter((rule) => rule.name !== 'privatekey')
            .flatMap((rule) => rule.find(text)),
        ];
        const found = secrets(text);
        for (const each of naive) {
          expect(found.some(({ start, end }) => start <= each.start && end >= each.end)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are in order, apart, not empty and inside the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let last = 0;
        for (const { start, end } of secrets(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('leave nothing to find once redacted, and redacting again changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const redacted = redactText(text, secrets(text));
        expect(secrets(redacted)).toEqual([]);
        expect(redactText(redacted, secrets(redacted))).toBe(redacted);
      }),
      { numRuns: 1000 },
    );
  });

  it('are not switched off by a comment in the text', () => {
    expect(secrets(`<!-- secretlint-disable --> ghp_${digits(36)}`)).toHaveLength(1);
  });

  it('pass nothing on that was not read', () => {
    const text = `${' '.repeat(SECRET_LIMIT - 10)}ghp_${digits(36)} and more`;
    const redacted = redactText(text, secrets(text));
    expect(secrets(text).at(-1)).toMatchObject({ kind: 'unread', end: text.length });
    expect(redacted).not.toContain('ghp_');
  });
});

describe('redactJson', () => {
  const secret = `ghp_${digits(36)}`;

  it('returns the very same object where there is nothing to hide', () => {
    const value = { a: ['x', 1, null, { b: true }], c: 'text' };
    const { value: after, redactions } = redactJson(value, secrets);
    expect(after).toBe(value);
    expect(redactions).toEqual([]);
  });

  it('replaces secrets in strings and keys, and keeps untouched parts', () => {
    const kept = { deep: ['untouched'] };
    const value = { note: `use ${secret}`, list: ['a', secret], [secret]: 1, kept };
    const { value: after, redactions } = redactJson(value, secrets);
    expect(after).toEqual({
      note: 'use [redacted:github]',
      list: ['a', '[redacted:github]'],
      '[redacted:github]': 1,
      kept,
    });
    expect((after as typeof value).kept).toBe(kept);
    expect(redactions).toEqual([
      { pointer: '/note', kind: 'github' },
      { pointer: '/list/1', kind: 'github' },
      { pointer: '/[redacted:github]', kind: 'github' },
    ]);
  });

  it('keeps members apart whose keys become equal', () => {
    const other = `ghp_${digits(36).split('').reverse().join('')}`;
    const { value } = redactJson({ [secret]: 1, [other]: 2 }, secrets);
    expect(value).toEqual({ '[redacted:github]': 1, '[redacted:github] (2)': 2 });
  });

  it('escapes pointers and treats __proto__ as any key', () => {
    const value = JSON.parse(`{"a/b~c": "${secret}", "__proto__": "${secret}"}`);
    const { value: after, redactions } = redactJson(value, secrets);
    expect(redactions.map((each) => each.pointer)).toEqual(['/a~1b~0c', '/__proto__']);
    expect(JSON.stringify(after)).toBe('{"a/b~c":"[redacted:github]","__proto__":"[redacted:github]"}');
  });

  it('leaves no secret anywhere, and the second time returns the same object', () => {
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        anyText,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(anyText, tie('value'), { maxKeys: 3 }),
      ),
    })).value as fc.Arbitrary<Parameters<typeof redactJson>[0]>;
    const find = (text: string): Redaction[] => secrets(text);
    fc.assert(
      fc.property(json, (value) => {
        const { value: after } = redactJson(value, find);
        expect(redactJson(after, find)).toEqual({ value: after, redactions: [] });
        expect(redactJson(after, find).value).toBe(after);
      }),
    );
  });
});
