import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/json/parse-json.ts';

/** Names that differ only in how they may be written, or begin alike. */
const NAME = fc.oneof(
  fc.constantFrom('to', 't', 't\\', 't"', 't\\u', 'tö', 'subject', '', '\n', '\\', ':', 'a:b', '__proto__'),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);

type Tree = string | number | boolean | null | Tree[] | { members: [string, Tree][] };

const TREE: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(NAME, fc.constantFrom('":"', '\\":', '{"a":1}'), fc.maxSafeInteger()),
    fc.constantFrom(true, false, null),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.record({
      members: fc.uniqueArray(fc.tuple(NAME, tie('tree')), { maxLength: 3, selector: ([name]) => name }),
    }),
  ),
})).tree;

/** Writes every character of a text as it is, or escaped where `isEscaped` says so. */
function quoted(text: string, isEscaped: boolean): string {
  if (!isEscaped) return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}

/** The text of a tree, by hand. */
function textOf(tree: Tree, isEscaped: boolean): string {
  if (Array.isArray(tree)) return `[ ${tree.map((item) => textOf(item, !isEscaped)).join(' ,')}]`;
  if (typeof tree === 'string') return quoted(tree, isEscaped);
  if (tree === null || typeof tree !== 'object') return JSON.stringify(tree);
  const members = tree.members.map(
    ([name, value], at) => `${quoted(name, isEscaped === (at % 2 === 0))}\n:${textOf(value, isEscaped)}`,
  );
  return `{${members.join(',\t')}}`;
}

/** The value of a tree, by hand. */
function builtOf(tree: Tree): unknown {
  if (Array.isArray(tree)) return tree.map(builtOf);
  if (tree === null || typeof tree !== 'object') return tree;
  const object = {};
  for (const [name, value] of tree.members) {
    const descriptor = { value: builtOf(value), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(object, name, descriptor);
  }
  return object;
}

describe('parseJson', () => {
  it('reads what was written, however names and texts are escaped and whatever was read before', () => {
    fc.assert(
      fc.property(TREE, fc.boolean(), (tree, isEscaped) => {
        expect(parseJson(textOf(tree, isEscaped))).toStrictEqual(builtOf(tree));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the last of two equal names, however they are written', () => {
    expect(parseJson('{"to":1,"t\\u006f":2}')).toEqual({ to: 2 });
  });

  it.each(['', '{"a\\u0062":}', '{"\\u00":1}', '[1,]', '{"a\\"":1}}'])(
    'refuses %j as JSON.parse does',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  it('takes time in proportion to the text', () => {
    const started = performance.now();
    parseJson(`{"a":"${'\\n'.repeat(500_000)}","b\\n":1}`);
    parseJson(`[${'"\\"",'.repeat(200_000)}1]`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
