import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openSigningKey } from '../../src/keys/signing-keys.ts';
import { tempDirectory } from '../store/open-parts.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = tempDirectory();
  file = join(directory, 'signing-keys.json');
});

function writeKeys(text: string, mode = 0o600): void {
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
}

describe('openSigningKey', () => {
  it('makes a key for its owner alone, and finds the same one again', async () => {
    const made = await openSigningKey(file, 'permits');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['signing-keys.json']);
    const again = await openSigningKey(file, 'permits');
    expect(again.publicJwk).toEqual(made.publicJwk);
    expect(made.publicJwk).not.toHaveProperty('d');
  });

  it('makes one key when many start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => openSigningKey(file, 'permits')));
    expect(new Set(keys.map((key) => key.kid)).size).toBe(1);
    expect(readdirSync(directory)).toEqual(['signing-keys.json']);
  });

  it('adds its key beside those of other purposes', async () => {
    writeKeys('{"log":{"kty":"OKP","kid":"other"}}');
    const made = await openSigningKey(file, 'permits');
    const keys = JSON.parse(readFileSync(file, 'utf8'));
    expect(keys.log).toEqual({ kty: 'OKP', kid: 'other' });
    expect(keys.permits.kid).toBe(made.kid);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([0o644, 0o640, 0o604, 0o660])('refuses a file of mode %o', async (mode) => {
    await openSigningKey(file, 'permits');
    chmodSync(file, mode);
    await expect(openSigningKey(file, 'permits')).rejects.toMatchObject({ code: 'signing_key_exposed' });
  });

  it.each([
    ['no JSON', '{"permits": {"d": "secret-half"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an empty file', ''],
    ['another kind of key', '{"permits":{"kty":"EC","crv":"P-256","x":"a","d":"secret-half","kid":"k"}}'],
    [
      'a public key',
      '{"permits":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"k"}}',
    ],
    [
      'a key of the wrong length',
      '{"permits":{"kty":"OKP","crv":"Ed25519","x":"AA","d":"secret-half","kid":"k"}}',
    ],
  ])('refuses %s without repeating what is in it', async (_, text) => {
    writeKeys(text);
    const error = await openSigningKey(file, 'permits').catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'signing_key_invalid' });
    expect(String(error)).not.toContain('secret-half');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('refuses halves that do not belong together', async () => {
    await openSigningKey(file, 'permits');
    const other = await openSigningKey(file, 'log');
    const { permits } = JSON.parse(readFileSync(file, 'utf8'));
    writeKeys(JSON.stringify({ permits: { ...permits, x: other.publicJwk.x } }));
    await expect(openSigningKey(file, 'permits')).rejects.toMatchObject({ code: 'signing_key_invalid' });
  });

  it('says so where it cannot be made', async () => {
    const missing = join(directory, 'nowhere', 'keys.json');
    await expect(openSigningKey(missing, 'permits')).rejects.toMatchObject({
      code: 'signing_key_unavailable',
    });
  });
});
