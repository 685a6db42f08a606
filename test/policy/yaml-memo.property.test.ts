import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateIssues, parseYaml } from '../../src/policy/yaml.ts';
import { YamlMemo } from '../../src/policy/yaml-memo.ts';

/** Lines that items are made of, those among them that open something and leave it open, or end the list. */
const piece = fc.constantFrom(
  '- { id: a, action: allow }',
  '- id: b',
  '  action: block',
  '  match: { tool_name: [x, "y.*"] }',
  '  message: |',
  '    - id: no item',
  '    text',
  '  note: "a',
  '  b"',
  '  note: [1,',
  '    2]',
  '  note: plain',
  '     goes on',
  '-',
  '- - nested',
  '- plain',
  '- &anchor { id: c }',
  '- *anchor',
  '- !!str 5',
  '- ? key',
  '  : value',
  '# - id: comment',
  '',
  '  \t',
  '\t- id: tab',
  '---',
  '...',
  '- id: d\r',
  '- id: e\r- id: f',
  '  note: x\rtests: []',
  '- { __proto__: 1 }',
  '- .nan',
  '- 9007199254740993',
  "- 'quoted",
  "  over lines'",
  '- id: d # why',
);
const item = fc.constantFrom(
  '- { id: a, action: allow }\n',
  '- id: b\n  action: block\n  message: |\n    many\n    lines\n',
  '- id: c\n\n# between\n',
  '- { id: d, args: { amount: { gt: 1 } } }\n',
);
const file = fc
  .record({
    head: fc.constantFrom(
      '',
      'bundle: x\n',
      '# first\n---\n',
      '%TAG !! tag:example.org,2000:\n---\n',
      'other:\n  rules: [1]\n',
    ),
    indent: fc.constantFrom('', '  ', '    '),
    items: fc.array(item, { minLength: 1, maxLength: 5 }),
    tail: fc.constantFrom('', 'tests: []\n', '# last', '"default": block\n', '...\n', 'rest: "\n'),
  })
  .map(({ head, indent, items, tail }) => `${head}rules:\n${indented(items.join(''), indent)}${tail}`);

function indented(text: string, indent: string): string {
  return text.replaceAll(/^(?=.)/gm, indent);
}

type Edit = { at: number; removed: number; lines: string[]; indent: string; isWhole: boolean };
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(200),
  removed: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
  lines: fc.array(piece, { maxLength: 3 }),
  indent: fc.constantFrom('', '  ', '    '),
  /** Whether it stands on lines of its own. */
  isWhole: fc.boolean(),
});

function edited(text: string, { at, removed, lines, indent, isWhole }: Edit): string {
  const start = isWhole ? text.lastIndexOf('\n', at) + 1 : Math.min(at, text.length);
  const added = lines.map((line) => `${indent}${line}`).join('\n');
  return `${text.slice(0, start)}${added}${isWhole && added !== '' ? '\n' : ''}${text.slice(start + removed)}`;
}

/** Pointers to everything in a value, and to what is not there. */
function pointersIn(value: unknown, pointer = ''): string[] {
  const members = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  return [
    pointer,
    `${pointer}/none`,
    ...members.flatMap(([key, member]) => pointersIn(member, `${pointer}/${key}`)),
  ];
}

function expectSame(memo: YamlMemo, text: string): void {
  const [read, plain] = [memo.parse('f.yaml', text), parseYaml('f.yaml', text)];
  expect(read).toEqual(plain);
  // Members in the same order, too.
  expect(JSON.stringify(read.value)).toBe(JSON.stringify(plain.value));
  const issues = pointersIn(plain.value).map((pointer) => ({ pointer, message: pointer }));
  expect(memo.locate('f.yaml', text, issues)).toEqual(locateIssues('f.yaml', text, issues));
}

describe('YamlMemo', () => {
  it('reads and places whatever is changed as if it had seen nothing before', () => {
    fc.assert(
      fc.property(file, fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
        const memo = new YamlMemo();
        let now = text;
        for (const change of [undefined, ...edits]) {
          if (change !== undefined) now = edited(now, change);
          expectSame(memo, now);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives out the items that did not change as the same objects', () => {
    const memo = new YamlMemo();
    const text = (limit: number, more = '') =>
      `bundle: b\nrules:\n  - { id: a, limit: 1 }\n  - id: b\n    limit: ${limit}\n${more}  - { id: c }\ntests: []\n`;
    const rulesOf = (read: ReturnType<YamlMemo['parse']>) => (read.value as { rules: object[] }).rules;
    const before = rulesOf(memo.parse('f.yaml', text(1)));
    const changed = rulesOf(memo.parse('f.yaml', text(2)));
    expect(changed.map((rule, index) => rule === before[index])).toEqual([true, false, true]);
    const longer = rulesOf(memo.parse('f.yaml', text(2, '  - { id: new }\n')));
    // Where a rule was put in, the one behind it begins as that does, and is read with it.
    expect(longer.map((rule, index) => rule === changed[index])).toEqual([true, true, false, false]);
  });

  it.each([
    [
      'a directive changes what tags mean',
      '%TAG !! tag:example.org,2000:\n---\nrules:\n  - { id: a }\n  - { id: b }\n',
      '!!str b',
    ],
    ['a quote is opened and closed far behind', 'rules:\n  - { id: a }\n  - { id: b }\nnote: "x"\n', '"b'],
    [
      'the list ends and another key follows',
      'rules:\n  - { id: a }\n  - { id: b }\nnote: x\n',
      'b }\nnote: { y: 1',
    ],
  ])('sees that %s', (_, text, instead) => {
    const memo = new YamlMemo();
    memo.parse('f.yaml', text);
    expectSame(memo, text.replace(/(?<=id: )b/, instead));
  });
});
