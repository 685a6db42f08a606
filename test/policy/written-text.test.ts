import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../src/policy/compile.ts';
import { createLocator } from '../../src/policy/location.ts';
import { parseYaml } from '../../src/policy/yaml.ts';

describe('an error inside a condition has its own place', () => {
  it.each([
    ['plain', 'when: args.x > 1 && §foo(1)'],
    ['plain over lines', 'when: args.x > 1 &&\n      §foo(1)'],
    ['plain over lines and a gap', 'when: args.x > 1\n\n      &&\n      args.y == 1 && §foo(1)'],
    ['literal', 'when: |\n      args.x > 1 &&\n        §foo(1)'],
    ['literal with an indentation of its own', 'when: |2-\n          args.x > 1 &&\n        §foo(1)'],
    ['folded', 'when: >-\n      args.x > 1 &&\n      args.y > 2 &&\n\n      §foo(1)'],
    ['double quoted', 'when: "args.x == \\"a\\" && §foo(1)"'],
    ['double quoted over lines', 'when: "args.x == \\"a\\" \\\n      && \\\n      §foo(1)"'],
    ['double quoted with codes', 'when: "args.x == \\"\\x41\\u00e9\\U0001F600\\" &&\\t§foo(1)"'],
    ['single quoted', "when: 'args.x == ''a'' && §foo(1)'"],
    ['single quoted over lines', "when: 'args.x == ''a''\n      && §foo(1)'"],
    ['after letters of two units', 'when: \'args.x == "😀" && §foo(1)\''],
    ['with spaces around', 'when: "  args.x > 1 && §foo(1)  "'],
  ])('%s', (_, written) => {
    const text = `rules:\n  - id: a\n    ${written}\n    action: block\n`;
    const before = text.slice(0, text.indexOf('§')).split('\n');
    const { problems } = compileBundle({ 'policies.yaml': text.replace('§', '') });
    expect(problems).toMatchObject([
      { line: before.length, column: (before.at(-1) ?? '').length + 1, pointer: '/rules/0/when' },
    ]);
    expect(problems?.[0]?.message).not.toContain('character');
  });

  it('at the end of the text too', () => {
    const inside = (text: string) => createLocator(text).inside('/when', { text: 'a &&', offset: 4 });
    expect(inside('when: |\n  a\n   &&\n')).toBeUndefined();
    expect(inside('when: |\n  a &&\nx: 1')).toEqual({ line: 2, column: 7 });
    expect(inside('when: "a &&"')).toEqual({ line: 1, column: 12 });
  });

  it('whatever is written, and however', () => {
    const part = fc.constantFrom(
      'args.x',
      ' ',
      ' ',
      '\n',
      '"',
      "'",
      'é',
      '😀',
      '\\',
      '#',
      ': ',
      '    ',
      '\t',
    );
    const options = fc.record({
      lineWidth: fc.constantFrom(8, 20, -1),
      quotingType: fc.constantFrom('"', "'"),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 30 }), options, (parts, how) => {
        const when = parts.join('');
        const text = dump({ rules: [{ when }] }, how as never);
        expect(parseYaml('f', text).value).toEqual({ rules: [{ when }] });
        const starts = [...text.matchAll(/args\.x/g)].map(({ index }) => index);
        const offsets = [...when.matchAll(/args\.x/g)].map(({ index }) => index);
        fc.pre(starts.length === offsets.length);
        for (const [index, offset] of offsets.entries()) {
          const before = text.slice(0, starts[index]).split('\n');
          expect(createLocator(text).inside('/rules/0/when', { text: when, offset })).toEqual({
            line: before.length,
            column: (before.at(-1) ?? '').length + 1,
          });
        }
      }),
    );
  });
});

describe('a second document', () => {
  it.each([
    ['rules: []\n---\nrules: []\n', 2],
    ['---\nrules: []\n---\nrules: []\n', 3],
    ['# of ours\n\n---\nrules: []\n# end\n--- # next\nrules: []\n', 6],
    ['rules:\n  - when: |\n      x\n---\na: 1\n---\nb: 1\n', 4],
  ])('%j begins where it is told', (text, line) => {
    expect(parseYaml('policies.yaml', text).errors).toMatchObject([
      { line, column: 1, message: expect.stringContaining('a second one begins here') },
    ]);
  });
});
