import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleChanges } from '../../src/bundles/rule-changes.ts';
import { canonicalHash } from '../../src/json/canonical.ts';
import type { JsonObject } from '../../src/json/value.ts';

const rule = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  action: fc.constantFrom('allow', 'block'),
  reason: fc.constantFrom('one', 'two'),
});
const content = fc.record({
  default: fc.constantFrom('block', 'allow'),
  rules: fc.uniqueArray(rule, { selector: ({ id }) => id }),
});

/** The same, pair by pair. */
function naive(from: JsonObject, to: JsonObject): string[] {
  const list = (one: JsonObject) => one['rules'] as { id: string }[];
  const text = (one: JsonObject, id: string) => JSON.stringify(list(one).find((rule) => rule.id === id));
  return ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((id) => {
    const [before, after] = [text(from, id), text(to, id)];
    if (before === after) return [];
    return before === undefined
      ? [`added ${id}`]
      : after === undefined
        ? [`removed ${id}`]
        : [`changed ${id}`];
  });
}

describe('the changes between two bundles', () => {
  it('are every rule that is not in both as it is, wherever it stands', () => {
    fc.assert(
      fc.property(content, content, (from, to) => {
        const { added, removed, changed, counts, members } = ruleChanges(from, to, 100);
        const kinds = { added, removed, changed };
        const words = Object.entries(kinds).flatMap(([kind, all]) => all.map(({ id }) => `${kind} ${id}`));
        expect(words.sort()).toEqual(naive(from, to).sort());
        expect(counts).toEqual({ added: added.length, removed: removed.length, changed: changed.length });
        expect(members).toEqual(from.default === to.default ? [] : ['default']);
        for (const { id, to: hash } of [...added, ...changed])
          expect(hash).toBe(canonicalHash(to.rules.find((one) => one.id === id)));
      }),
    );
  });

  it('are bounded, and all of them counted', () => {
    const many = { rules: Array.from({ length: 1_000 }, (_, index) => ({ id: `r${index}` })) };
    const { added, counts } = ruleChanges({}, many, 50);
    expect([added.length, counts.added]).toEqual([50, 1_000]);
  });
});
