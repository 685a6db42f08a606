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
  ])('%s does', (name) => expect(isSecret(name)).toBe(name === 'cardNumber' ? 'any' : 'text'));

  it.each([
    'passwords_count',
    'tokens',
    'next_page_token',
    'token_count',
    'key',
    'contract_id',
    'number',
    '',
  ])('%s does not', (name) => expect(isSecret(name)).toBeUndefined());

  it('take every text below them, whatever it looks like, and leave numbers', () => {
    const value = {
      login: { password: 'hunter2', token: 7, secret: { note: 'plain', count: 3, more: ['a', ['b']] } },
      list: [{ apiKey: 'abc' }],
    };
    const { value: redacted, redactions } = redactJson(value, () => []);
    expect(redacted).toEqual({
      login: {
        password: '[redacted:named]',
        token: 7,
        secret: { note: '[redacted:named]', count: 3, more: ['[redacted:named]', ['[redacted:named]']] },
      },
      list: [{ apiKey: '[redacted:named]' }],
    });
    expect(redactions.map(({ pointer }) => pointer)).toEqual([
      '/login/password',
      '/login/secret/note',
      '/login/secret/more/0',
      '/login/secret/more/1/0',
      '/list/0/apiKey',
    ]);
    expect(redactJson(redacted, () => []).value).toBe(redacted);
  });

  it.each([912345678, ['a', 1], { value: true }, false, 'text'])(
    'take the whole value of a name that the operator gave: %j',
    (value) => {
      const { value: redacted, redactions } = redactJson({ card_number: value, n: 1 }, () => [], isSecret);
      expect(redacted).toEqual({ card_number: '[redacted:named]', n: 1 });
      expect(redactions).toEqual([{ pointer: '/card_number', kind: 'named' }]);
      expect(redactJson(redacted, () => [], isSecret).value).toBe(redacted);
    },
  );

  it('leave nothing that is not there', () => {
    const value = { card_number: null, password: '', token: {} };
    expect(redactJson(value, () => [], isSecret)).toEqual({ value, redactions: [] });
  });
});
