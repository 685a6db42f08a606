import { describe, expect, it } from 'vitest';
import { SecretScreen } from '../../src/evaluation/secret-screen.ts';
import { createGuard, redactJson } from '../../src/guard/index.ts';
import { secretNames } from '../../src/guard/secrets/secret-names.ts';

const guard = createGuard();
const BODY = Array.from(
  { length: 12 },
  (_, index) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8c${index + 10}`,
);
const KEY = ['-----BEGIN RSA PRIVATE KEY-----', ...BODY, '-----END RSA PRIVATE KEY-----'];
const screen = new SecretScreen(guard.secrets, secretNames());

describe('a private key in a list of its lines', () => {
  it.each([
    { name: 'alone', lines: KEY },
    { name: 'among others', lines: ['the first', 7, ...KEY, { a: 'the last' }] },
    { name: 'without an end', lines: KEY.slice(0, -1) },
    { name: 'behind another', lines: ['-----BEGIN PRIVATE KEY-----', ...BODY, ...KEY] },
  ])('is redacted and noticed, $name', ({ lines }) => {
    const { value, redactions } = redactJson({ out: { lines } }, guard.secrets);
    expect(JSON.stringify(value)).not.toContain('MIIEvQ');
    expect((value as { out: { lines: unknown[] } }).out.lines).toHaveLength(lines.length);
    expect(redactions.every(({ pointer }) => pointer.startsWith('/out/lines/'))).toBe(true);
    expect(screen.holdsSecret({ lines })).toBe(true);
  });

  it('leaves what stands beside it, and lists that only speak of keys', () => {
    const { value } = redactJson(['the first', ...KEY, 'The last line of all.'], guard.secrets);
    expect(value).toMatchObject({ 0: 'the first', [KEY.length + 1]: 'The last line of all.' });
    const talk = ['A PRIVATE KEY is kept in a safe.', 'A public key is not.'];
    expect(redactJson(talk, guard.secrets).value).toBe(talk);
    expect(screen.holdsSecret(talk)).toBe(false);
  });
});
