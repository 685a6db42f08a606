import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerDerived, type RatedSource } from '../../src/evaluation/derived-trust.ts';
import { lowerTrust, TRUST_LEVELS, type TrustLevel } from '../../src/plan/trust-level.ts';

const KNOWN = new Map<string, TrustLevel>([
  ['registered', 'internal'],
  ['bad', 'unverified'],
]);

const NOTHING = () => undefined;
const REMEMBERED = new Map<string, TrustLevel>([
  ['d', 'external'],
  ['e', 'unverified'],
]);

/** Whether one can go from a name of the source, through one of its origins, on and on. */
function isOfCircle({ source }: RatedSource, rated: readonly RatedSource[]): boolean {
  const originsOf = (name: string) =>
    rated.flatMap(({ source: { source_name, content_hash, derived_from = [] } }) =>
      source_name === name || content_hash === name ? derived_from : [],
    );
  const isEndless = (name: string, depth: number): boolean =>
    depth > 6 || originsOf(name).some((origin) => isEndless(origin, depth + 1));
  const own = [source.source_name, source.content_hash].filter((name) => name !== undefined);
  return (
    own.some((name) => isEndless(name, 0)) &&
    (source.derived_from ?? []).some((origin) => isEndless(origin, 0))
  );
}

/** Looks at all sources again and again until nothing falls any more. */
function naiveLevels(rated: readonly RatedSource[]): TrustLevel[] {
  const levels = rated.map((one) => (isOfCircle(one, rated) ? 'unverified' : one.fact.trust_level));
  const worthOf = (name: string): TrustLevel => {
    const own = levels.filter((_, index) => {
      const { source_name, content_hash } = rated[index]?.source ?? {};
      return source_name === name || content_hash === name;
    });
    if (own.length === 0) return KNOWN.get(name) ?? 'unverified';
    const isVouchedFor = rated.some(
      ({ source, fact }) => source.content_hash === name && fact.basis === 'registry',
    );
    const before = isVouchedFor ? undefined : REMEMBERED.get(name);
    return own.reduce(lowerTrust, before ?? 'trusted');
  };
  for (let round = 0; round <= rated.length * 3; round += 1) {
    for (const [index, { source }] of rated.entries()) {
      levels[index] = (source.derived_from ?? [])
        .map(worthOf)
        .reduce(lowerTrust, levels[index] as TrustLevel);
    }
  }
  return levels;
}

function anySources(): fc.Arbitrary<RatedSource[]> {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const from = fc.oneof(name, name, fc.constantFrom('registered', 'bad', 'nobody'));
  const source = fc.record(
    { source_name: name, content_hash: name, derived_from: fc.array(from, { maxLength: 3 }) },
    { requiredKeys: [] },
  );
  const fact = fc.record({
    trust_level: fc.constantFrom(...TRUST_LEVELS),
    basis: fc.constantFrom('registry' as const, 'default' as const),
  });
  return fc.array(fc.record({ source, fact }), { maxLength: 8 });
}

describe('what sources are worth that were made from others', () => {
  it('is what looking again and again finds, and nothing of what was made from a circle', () => {
    fc.assert(
      fc.property(anySources(), (rated) => {
        const before = rated.map(({ fact }) => ({ ...fact }));
        const expected = naiveLevels(rated);
        lowerDerived(
          rated,
          (name) => KNOWN.get(name),
          (hash) => REMEMBERED.get(hash),
        );
        expect(rated.map(({ fact }) => fact.trust_level)).toEqual(expected);
        for (const [index, { fact }] of rated.entries()) {
          const { trust_level, basis } = before[index] ?? {};
          const isSame = fact.trust_level === trust_level && fact.reason !== 'derived_from_circle';
          expect(fact.basis).toBe(isSame ? basis : 'derived');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is found along a chain of 20,000 in either order without delay', () => {
    for (const isBackwards of [false, true]) {
      const chain = Array.from({ length: 20_000 }, (_, index): RatedSource => {
        const source = { source_name: `n${index}`, derived_from: [index === 0 ? 'nobody' : `n${index - 1}`] };
        return { source, fact: { trust_level: 'trusted', basis: 'default' } };
      });
      const startedAt = performance.now();
      lowerDerived(isBackwards ? chain.toReversed() : chain, NOTHING, NOTHING);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      expect(chain.every(({ fact }) => fact.trust_level === 'unverified')).toBe(true);
    }
  });

  it.each([
    ['an origin nobody knows', [{ source_name: 'a', derived_from: ['nobody'] }], 'derived_from_unknown'],
    ['itself', [{ source_name: 'a', derived_from: ['a'] }], 'derived_from_circle'],
    [
      'something that was made from it',
      [
        { source_name: 'a', derived_from: ['b'] },
        { source_name: 'b', derived_from: ['a'] },
      ],
      'derived_from_circle',
    ],
    ['an origin that is known', [{ source_name: 'a', derived_from: ['bad'] }], undefined],
  ])('says why where a source was made from %s', (_, sources, reason) => {
    const rated = sources.map((source): RatedSource => {
      return { source, fact: { trust_level: 'trusted', basis: 'default' } };
    });
    lowerDerived(rated, (name) => KNOWN.get(name), NOTHING);
    for (const { fact } of rated) {
      expect(fact).toEqual({ trust_level: 'unverified', basis: 'derived', ...(reason && { reason }) });
    }
  });
});
