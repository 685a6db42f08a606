import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIRECTIONS } from '../../src/guard/finding.ts';
import { packed, unpacked } from '../../src/inspection/packed-texts.ts';

const texts = fc.array(
  fc.record({ direction: fc.constantFrom(...DIRECTIONS), text: fc.string({ unit: 'binary' }) }),
);

describe('texts that are handed over', () => {
  it('come back as they were, in their order, also where they are empty or half a character', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const halves = given.map(({ direction, text }) => ({ direction, text: `${text}\ud83d` }));
        const operator = { under: 'user', operand: { $ne: [null] } };
        const named = given.map((each, at) => (at % 2 === 0 ? { ...each, operator } : each));
        for (const each of [given, halves, named]) {
          const isInNoStep = (at: number) => at % 3 === 0;
          const handedOver = structuredClone(
            packed(
              each.map((one, at) => ({ ...one, pointer: isInNoStep(at) ? '/prompt' : `/steps/${at}/a` })),
            ),
          );
          expect(unpacked(handedOver)).toEqual(each);
          expect([...handedOver.scopes]).toEqual(each.map((_, at) => (isInNoStep(at) ? 0 : at + 1)));
        }
      }),
    );
  });
});
