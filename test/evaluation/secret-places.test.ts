import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretScreen } from '../../src/evaluation/secret-screen.ts';
import { createGuard } from '../../src/guard/guard.ts';
import { secretNames } from '../../src/guard/secrets/secret-names.ts';

const { secrets } = createGuard();
const NAMES = secretNames(['17', 'iban']);
const TOKEN = `ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cF2hJ5'}`;

const name = fc.oneof(
  fc.constantFrom('steps', 'arguments', 'password', 'iban', TOKEN, `a~1${TOKEN}`, 'a'.repeat(40)),
  fc.nat({ max: 30 }).map(String),
);
const placed = fc.record({
  pointer: fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`),
  text: fc.constantFrom('a', 'an invoice', `use ${TOKEN}`),
});

describe('a text that is recorded with its place', () => {
  it('is screened as if every text and place were looked at anew, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 30 }), (texts) => {
        const screen = new SecretScreen(secrets, NAMES);
        for (const each of texts) {
          const anew = new SecretScreen(secrets, NAMES);
          const naive = anew.holdsSecret(each) || anew.isGivenAway(each.pointer);
          expect(screen.holdsSecretText(each)).toBe(naive);
        }
      }),
    );
  });

  it('and is an item of a list, costs a fraction of that', () => {
    const texts = Array.from({ length: 20_000 }, (_, at) => ({
      pointer: `/steps/0/arguments/a/${at}`,
      text: 'a',
    }));
    let looked = 0;
    const counting = (text: string) => {
      looked += 1;
      return secrets(text);
    };
    const screen = new SecretScreen(counting, NAMES);
    expect(texts.filter((each) => screen.holdsSecretText(each)).map(({ pointer }) => pointer)).toEqual([
      '/steps/0/arguments/a/17',
    ]);
    expect(looked).toBeLessThan(10);
  });
});
