import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSealed, seal } from '../../src/http/sealed-answer.ts';

describe('a sealed answer', () => {
  it('opens with the credentials it was sealed with', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, credentials) => {
        expect(openSealed(seal(text, credentials), credentials)).toBe(text);
      }),
    );
  });

  it('does not hold its text', () => {
    const sealed = seal('{"token":"aisecops_s3cret"}', 'Bearer a');
    expect(sealed.toString('latin1')).not.toContain('s3cret');
  });

  it('does not open with other credentials', () => {
    expect(() => openSealed(seal('text', 'Bearer a'), 'Bearer b')).toThrow();
  });

  it('does not open after any change of a byte', () => {
    const sealed = seal('text', 'Bearer a');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => openSealed(changed, 'Bearer a')).toThrow();
    }
  });
});
