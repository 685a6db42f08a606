import { describe, expect, it } from 'vitest';
import { redactJson } from '../../src/guard/redact-json.ts';
import { secretNames } from '../../src/guard/secrets/secret-names.ts';

describe('names that give a secret away', () => {
  const isSecret = secretNames(['card number']);

  it.each([
    'password',
    'Password',
    'db_password',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'authorization',
    'client_secret',
    'clientSecret',
    'accessToken',
    'set_cookie',
    'passwd',
    'privateKey',
    'cardNumber',
  ])('%s does', (name) => expect(isSecret(name)).toBe(true));

  it.each([
    'passwords_count',
    'tokens',
    'next_page_token',
    'token_count',
    'key',
    'contract_id',
    'number',
    '',
  ])('%s does not', (name) => expect(isSecret(name)).toBe(false));

  it('take the whole text, whatever it looks like, and leave numbers and objects', () => {
    const value = {
      login: { password: 'hunter2', token: 7, secret: { note: 'plain' } },
      list: [{ apiKey: 'abc' }],
    };
    const { value: redacted, redactions } = redactJson(value, () => []);
    expect(redacted).toEqual({
      login: { password: '[redacted:named]', token: 7, secret: { note: 'plain' } },
      list: [{ apiKey: '[redacted:named]' }],
    });
    expect(redactions.map(({ pointer }) => pointer)).toEqual(['/login/password', '/list/0/apiKey']);
    expect(redactJson(redacted, () => []).value).toBe(redacted);
  });
});
