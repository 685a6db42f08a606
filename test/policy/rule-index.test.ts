import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, MAX_DURATION_MS, parseDuration } from '../../src/policy/duration.ts';
import { matchesGlob } from '../../src/policy/glob.ts';
import { compileNames } from '../../src/policy/match-conditions.ts';
import { didYouMean, editDistance } from '../../src/policy/suggestion.ts';
import { bundleOf, stepView } from './step-view.ts';

const character = fc.constantFrom('a', 'b', '.', '*', '?');
const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 6 });
const glob = fc.string({ unit: character, minLength: 1, maxLength: 6 });

describe('matchesGlob', () => {
  it('agrees with a regular expression', () => {
    fc.assert(
      fc.property(glob, name, (pattern, text) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not explode on many stars', () => {
    expect(matchesGlob('*a'.repeat(100), `${'a'.repeat(250)}b`)).toBe(false);
  }, 2000);
});

describe('the rules considered for a tool', () => {
  it('are exactly those whose tool_name fits, each once', () => {
    const names = fc.oneof(
      fc.uniqueArray(
        fc.oneof(
          name,
          glob,
          name.map((text) => `${text}.*`),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 8 }), name, (lists, tool_name) => {
        const rules = lists.map((list, index) => ({
          id: `r${index}`,
          action: 'block',
          ...(list === undefined ? {} : { tool_name: list }),
        }));
        const expected = rules.filter((_, index) => {
          const list = lists[index];
          return list === undefined || compileNames(list)(tool_name);
        });
        expect(
          bundleOf(rules)
            .explain(stepView({ tool_name }))
            .map(({ id }) => id),
        ).toEqual(expected.map(({ id }) => id).sort());
      }),
      { numRuns: 1000 },
    );
  });

  it('are no more with ten thousand rules for other tools', () => {
    const rules = Array.from({ length: 10_000 }, (_, index) => ({
      id: `r${index}`,
      match: { tool_name: index % 2 === 0 ? `tool_${index}` : `ns${index}.*` },
      action: 'block',
    }));
    expect(bundleOf(rules).evaluate(stepView({ tool_name: 'ns7.x' }))).toMatchObject({
      considered: 1,
      matched: [{ id: 'r7' }],
    });
  });
});

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['30d', MAX_DURATION_MS],
    ['31d', undefined],
    ['0s', undefined],
    ['1.5h', undefined],
    ['15', undefined],
    ['15 m', undefined],
    ['-1m', undefined],
    ['999999999999s', undefined],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it('are written in one way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_DURATION_MS / 1000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
    expect(formatDuration(3_600_000)).toBe('1h');
    expect(formatDuration(5_400_000)).toBe('90m');
  });
});

describe('suggestions', () => {
  it.each([
    ['actoin', 'action'],
    ['Action', 'action'],
    ['tool', undefined],
    ['xyz', undefined],
    ['x'.repeat(101), undefined],
  ])('%s', (word, meant) => expect(didYouMean(word, ['action', 'args', 'tool_name'])).toBe(meant));

  it('count edits as plain recursion does', () => {
    const distance = (a: string, b: string): number => {
      if (a === '' || b === '') return a.length + b.length;
      const [same, restA, restB] = [a.at(-1) === b.at(-1) ? 0 : 1, a.slice(0, -1), b.slice(0, -1)];
      const edits = [distance(restA, b) + 1, distance(a, restB) + 1, distance(restA, restB) + same];
      const swaps = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
      return Math.min(...edits, swaps ? distance(a.slice(0, -2), b.slice(0, -2)) + 1 : Infinity);
    };
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(distance(a, b));
      }),
    );
  });
});
