import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withEachKind } from '../../src/guard/each-kind.ts';

describe('a list of which every kind is kept', () => {
  it('is a part of it in its order, has all kinds, and no more than asked for beside the first of each', () => {
    const list = fc.array(fc.record({ kind: fc.constantFrom('a', 'b', 'c'), id: fc.nat() }));
    fc.assert(
      fc.property(list, fc.nat(8), (all, max) => {
        const kept = withEachKind(all, max, ({ kind }) => kind);
        const places = kept.map((one) => all.indexOf(one));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        const kinds = new Set(all.map(({ kind }) => kind));
        expect(new Set(kept.map(({ kind }) => kind))).toEqual(kinds);
        expect(kept.length).toBe(Math.min(all.length, Math.max(max, kinds.size)));
      }),
    );
  });
});
