import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard, redactText } from '../../src/guard/index.ts';
import { entropy } from '../../src/guard/secrets/entropy.ts';
import { TOKEN_FORMS } from '../../src/guard/secrets/token-forms.ts';

const { secrets } = createGuard();

/** Random tokens of a form, of as many different signs as issued ones; nobody issued any of them. */
const ofForm = (form: string) =>
  fc
    .noBias(fc.stringMatching(new RegExp(`^(?:${form})$`)))
    .filter((token) => entropy(token) > 2.5 && /[\w~+=%-]{20}/.test(token));

describe('forms of tokens', () => {
  it.each(TOKEN_FORMS)('$kind: $form', ({ form }) => {
    fc.assert(
      fc.property(ofForm(form), (token) => {
        const text = `the token is ${token}, keep it`;
        expect(secrets(text)).toHaveLength(1);
        const redacted = redactText(text, secrets(text));
        expect(redacted).not.toContain(token);
        expect(secrets(redacted)).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    'the key-value store of a service-account in us-east-1',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx and LTAIxxxxxxxxxxxxxxxx',
    'commit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567 of 2026-11-30',
    'pneumonoultramicroscopicsilicovolcanoconiosis',
    'https://acme.example/a-rather-long-path-of-many-words/index.html?page=2',
    '123e4567-e89b-12d3-a456-426614174000',
  ])('no token: %s', (text) => {
    expect(secrets(text)).toEqual([]);
  });

  it('bounds every quantifier', () => {
    for (const { kind, form } of TOKEN_FORMS) {
      const bare = form.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
      expect({ kind, unbounded: bare.match(/[*+]|\{\d+,\}/g) }).toEqual({ kind, unbounded: null });
    }
  });
});
