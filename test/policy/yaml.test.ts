import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isSeq, LineCounter, parseDocument, type Scalar, stringify } from 'yaml';
import { toPointer } from '../../src/json/pointer.ts';
import { createLocator, locate } from '../../src/policy/location.ts';
import { parseYaml } from '../../src/policy/yaml.ts';

describe('parseYaml', () => {
  it('reads YAML 1.2: no is text, a date is text, 0x10 is 16', () => {
    expect(parseYaml('f.yaml', 'a: no\nb: 2026-01-02\nc: 0x10\nd: [1.5, true, null]\n')).toEqual({
      value: { a: 'no', b: '2026-01-02', c: 16, d: [1.5, true, null] },
    });
  });

  it.each([
    { name: 'a duplicate key', text: 'a: 1\nb: 2\na: 3\n', line: 3, column: 1, says: 'duplicated' },
    {
      name: 'a name that was not saved as UTF-8',
      text: `a: 1\nb: ${Buffer.from('Jos\u00e9', 'latin1').toString('utf8')}\n`,
      line: 2,
      column: 7,
      says: 'save the file as UTF-8',
    },
    { name: 'an unclosed list', text: 'a: [', line: 1, column: 5, says: 'flow collection' },
    { name: 'not a number', text: 'a:\n  b: .nan\n', line: 2, column: 3, says: 'NaN' },
    { name: 'infinity', text: 'a: [-.inf]\n', line: 1, column: 5, says: 'Infinity' },
    { name: 'a whole number beyond 2^53', text: 'a: 9007199254740993\n', line: 1, column: 1, says: '2^53' },
    { name: 'a huge float', text: 'a: 1.0e300\n', line: 1, column: 1, says: '2^53' },
    {
      name: 'the key __proto__',
      text: 'x:\n  - __proto__: { a: 1 }\n',
      line: 2,
      column: 5,
      says: '__proto__',
    },
    { name: 'a merge key', text: 'x:\n  <<: { a: 1 }\n', line: 2, column: 3, says: 'merge keys' },
    { name: 'an alias', text: 'a: &x [1]\nb: *x\n', line: 2, column: 5, says: 'aliases' },
    { name: 'a number as key', text: '1: a\n', line: 1, column: 1, says: 'text' },
    { name: 'a boolean as key', text: 'a: 1\ntrue: 2\n', line: 2, column: 1, says: 'quote it ("true")' },
    { name: 'a list as key', text: '? [a]\n: 1\n', line: 1, column: 1, says: 'text' },
    { name: 'a mapping as key', text: '? { toString: 1 }\n: 1\n', line: 1, column: 1, says: 'text' },
    { name: 'a foreign tag', text: 'a: !!js/function "x"\n', line: 1, column: 4, says: 'tag' },
    {
      name: 'a number from a text',
      text: 'a:\n  gt: !!int "5"\n',
      line: 2,
      column: 7,
      says: 'tags (`!!int`)',
    },
    { name: 'a fraction from a text', text: 'a: [1, !!float "5"]\n', line: 1, column: 8, says: '!!float' },
    { name: 'a truth value from a text', text: '- !!bool "true"\n', line: 1, column: 3, says: '!!bool' },
    { name: 'a text from a number', text: 'a: !!str 5\n', line: 1, column: 4, says: '!!str' },
    { name: 'the tag that says nothing', text: 'a: ! 5\n', line: 1, column: 4, says: '`!`' },
    { name: 'a tag of a list', text: 'a: !!seq\n  - 1\n', line: 1, column: 4, says: '!!seq' },
    { name: 'a tag of a mapping', text: '!!map { a: 1 }\n', line: 1, column: 1, says: '!!map' },
    { name: 'a tag of a key', text: '!!str a: 1\n', line: 1, column: 1, says: '!!str' },
    { name: 'a tag of nothing', text: 'a: !!null\n', line: 1, column: 4, says: '!!null' },
    {
      name: 'a tag written out',
      text: 'a: !<tag:yaml.org,2002:int> "5"\n',
      line: 1,
      column: 4,
      says: '!<tag',
    },
    { name: 'a tag behind an anchor', text: 'a: &x !!int "5"\n', line: 1, column: 7, says: '!!int' },
    {
      name: 'a tag behind a text with a mark',
      text: 'a: "x !!int"\nb: !!int "5"\n',
      line: 2,
      column: 4,
      says: '!!int',
    },
    {
      name: 'a tag under a directive',
      text: '%TAG !e! tag:yaml.org,2002:\n---\na: !e!int "5"\n',
      line: 3,
      column: 4,
      says: '!e!int',
    },
    { name: 'two documents', text: 'a: 1\n---\nb: 2\n', line: 2, column: 1, says: 'single document' },
    { name: 'an empty text', text: '', line: 1, column: 1, says: 'empty' },
    { name: 'comments alone', text: '# nothing\n', line: 1, column: 1, says: 'empty' },
    { name: 'half a character', text: 'a: "\\ud800"\n', line: 1, column: 1, says: 'surrogate' },
    {
      name: 'too deep',
      text: `a: ${'['.repeat(65)}${']'.repeat(65)}`,
      line: 1,
      column: 67,
      says: 'maxDepth',
    },
    { name: 'too long', text: `a: "${'x'.repeat(6 * 1024 * 1024)}"`, line: 1, column: 1, says: 'longer' },
  ])('refuses $name with its place', ({ text, line, column, says }) => {
    const [problem, ...others] = parseYaml('f.yaml', text).errors ?? [];
    expect(problem).toMatchObject({ file: 'f.yaml', line, column });
    expect(problem?.message).toContain(says);
    expect(others).toEqual([]);
  });

  it('takes exclamation marks in texts and comments', () => {
    const text = 'a: "!!int"\nb: \'!x\'\nc: x !y !!z # !!int 5\nd: |\n  !!int 5\ne: (!a)\n"!f": 1\n';
    expect(parseYaml('f.yaml', text).value).toEqual({
      ...{ a: '!!int', b: '!x', c: 'x !y !!z', d: '!!int 5\n', e: '(!a)', '!f': 1 },
    });
  });

  it('refuses a bomb of aliases at once', () => {
    const lines = ['a0: &a0 [x, x]'];
    for (let level = 1; level < 30; level += 1)
      lines.push(`a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`);
    expect(parseYaml('f.yaml', lines.join('\n')).errors?.[0]?.line).toBe(2);
  });

  it('reads back every JSON value it is given, unless the value is refused', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const { value: read, errors } = parseYaml('f.yaml', JSON.stringify(value));
        if (errors === undefined) expect(read).toEqual(JSON.parse(JSON.stringify(value)));
        else
          expect(errors[0]?.message).toMatch(
            /2\^53|surrogate|__proto__|merge keys|duplicated|not allowed|printable/,
          );
      }),
    );
  });

  it('never throws and always gives a place', () => {
    const pieces = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&x',
      '*x',
      '!',
      '#',
      '|',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const { errors = [] } = parseYaml('f.yaml', parts.join(''));
        for (const { line, column } of errors) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });
});

describe('locate', () => {
  const text = '# head\na:\n  - b: 1\n    "c/d": { e: 2 }\n';
  it.each([
    { pointer: '/a', line: 2, column: 1 },
    { pointer: '/a/0', line: 3, column: 5 },
    { pointer: '/a/0/b', line: 3, column: 5 },
    { pointer: '/a/0/c~1d', line: 4, column: 5 },
    { pointer: '/a/0/c~1d/e', line: 4, column: 14 },
    { pointer: '/a/0/missing', line: 3, column: 5 },
    { pointer: '/a/7', line: 2, column: 1 },
    { pointer: '', line: 1, column: 1 },
    { pointer: 'no pointer', line: 2, column: 1 },
  ])('finds $pointer', ({ pointer, line, column }) => {
    expect(locate(text, pointer)).toEqual({ line, column });
  });

  it('finds every key of any document where the text has it', () => {
    const document = fc.dictionary(fc.constantFrom('a', 'b/c', '~d', 'e f'), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(document, (value) => {
        const lines = JSON.stringify(value, null, 2).split('\n');
        const locator = createLocator(lines.join('\n'));
        for (const key of Object.keys(value)) {
          const { line, column } = locator.at(toPointer([key]));
          expect(lines[line - 1]?.slice(column - 1).startsWith(`${JSON.stringify(key)}:`)).toBe(true);
        }
      }),
    );
  });

  it('agrees with a parser that keeps every place, on whatever is written', () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          1,
          true,
          null,
          'plain',
          'two words',
          "it's",
          'a "b"',
          'x\ny\n',
          '',
          '- no item',
          '# no comment',
        ),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b/c', '~d', 'e f', '"g"', '0', 'tests'), tie('node'), {
          maxKeys: 3,
        }),
      ),
    })).node;
    const styles = fc.record({
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const, 'block' as const),
      indent: fc.constantFrom(2, 4),
    });
    fc.assert(
      fc.property(value, styles, fc.constantFrom('', '# head\n\n'), (document, style, head) => {
        const text = head + stringify(document, style);
        const lines = new LineCounter();
        const parsed = parseDocument(text, { lineCounter: lines });
        const locator = createLocator(text);
        for (const { pointer, offset } of placesOf(parsed.contents)) {
          const { line, col } = lines.linePos(offset);
          expect({ text, pointer, ...locator.at(pointer) }).toEqual({ text, pointer, line, column: col });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('answers 1:1 for a text that is no YAML', () => {
    expect(createLocator('').at('/a/b')).toEqual({ line: 1, column: 1 });
  });
});

/** Every key and item below a node, with the place that the other parser gives it. */
function placesOf(node: unknown, path: (string | number)[] = []): { pointer: string; offset: number }[] {
  if (isMap(node))
    return node.items.flatMap(({ key, value }) => {
      const { range, value: name } = key as Scalar;
      const here = [...path, String(name)];
      return [{ pointer: toPointer(here), offset: range?.[0] ?? 0 }, ...placesOf(value, here)];
    });
  if (!isSeq(node)) return [];
  return node.items.flatMap((item, index) => {
    const here = [...path, index];
    return [{ pointer: toPointer(here), offset: (item as Scalar).range?.[0] ?? 0 }, ...placesOf(item, here)];
  });
}
