import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOf, weightOfTexts } from '../../src/inspection/weight.ts';

describe('the weight of texts', () => {
  it('is that of all of them together, and many short ones weigh more than one as long', () => {
    const one = weightOfTexts([{ text: 'a'.repeat(1_000) }]);
    const many = weightOfTexts(Array.from({ length: 1_000 }, () => ({ text: 'a' })));
    expect(one).toBeGreaterThanOrEqual(1_000);
    expect(many).toBeGreaterThan(10 * one);
  });

  it('of a JSON value counts every string and every name, wherever it stands', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        const alone = weightOf(text);
        expect(weightOf([value as never, text])).toBe(weightOf(value as never) + alone);
        expect(weightOf({ [text]: value as never })).toBe(weightOf(value as never) + alone);
        expect(alone).toBe(weightOfTexts([{ text }]));
      }),
    );
  });
});
