import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json/value.ts';
import { compileBundle, compileBundleContent } from '../../src/policy/compile.ts';

function problemsOf(...lines: string[]) {
  const text = ['rules:', '  - id: it', '    action: require_approval', ...lines, ''].join('\n');
  return compileBundle({ 'policies.yaml': text }).problems ?? [];
}

describe('in the rules of files', () => {
  it.each<[string, string[], object]>([
    ['an argument', ['    args:', '      /to/01: { eq: a }'], { line: 5, column: 7 }],
    ['a dotted argument', ['    args:', '      to.00.x: { eq: a }'], { line: 5, column: 7 }],
    ['taint', ['    taint:', '      /l/00: { at_most: external }'], { line: 5, column: 7 }],
    ['what is set', ['    obligations:', '      - set: { /l/01: 1 }'], { line: 5 }],
    ['what is capped', ['    obligations:', '      - redact: /a', '      - cap: { /l/007: 1 }'], { line: 6 }],
    ['what is redacted', ['    obligations: [{ redact: /l/01/x }]'], { line: 4 }],
    ['the past', ['    history: [{ within: trace, same: [to.01] }]'], { line: 4 }],
  ])('an index with a zero before it is refused in %s', (_name, lines, place) => {
    const problems = problemsOf(...lines);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      ...{
        file: 'policies.yaml',
        ...place,
        message: expect.stringMatching(/0\d+ is no index of a list; write \d/),
      },
    });
  });

  it.each(['/to/0', '/to/10', '/a/0x1', '/a/00a', '/a/-1'])('%s is a pointer like others', (pointer) => {
    expect(problemsOf(`    args: { "${pointer}": { eq: a } }`)).toEqual([]);
  });

  it.each([
    ['in: ["a", 1]', 'number, string'],
    ['not_in: [1, true]', 'boolean, number'],
    ['in: ["1", null, 1]', 'number, string'],
  ])('%s is refused', (list, kinds) => {
    const [problem, ...others] = problemsOf('    args:', '      n:', `        ${list}`);
    expect(problem).toMatchObject({ line: 6, column: 9, message: expect.stringContaining(kinds) });
    expect(others).toEqual([]);
  });

  it.each(['in: ["a", "1"]', 'in: [1, 2.5]', 'in: ["a", null]', 'not_in: [true, false, null]'])(
    '%s is not',
    (list) => expect(problemsOf(`    args: { n: { ${list} } }`)).toEqual([]),
  );

  it('in layers they are refused in the file of the layer', () => {
    const layer =
      'layer: tenant\ntenant_id: t\nrules:\n  - { id: x, args: { /l/01: { eq: a } }, action: block }\n';
    const files = { 'policies.yaml': 'rules: [{ id: a, action: block }]', 'layers/t.yaml': layer } as const;
    expect(compileBundle(files).problems).toMatchObject([{ file: 'layers/t.yaml', line: 4, column: 22 }]);
  });
});

it('a bundle that was recorded with them is understood as it was', () => {
  const { bundle } = compileBundle({
    'policies.yaml': 'rules: [{ id: a, args: { /to/9: { in: [a, b] } }, action: block }]',
  });
  const content = JSON.parse(
    JSON.stringify(bundle?.content).replace('/to/9', '/to/01').replace('["a","b"]', '["a",1]'),
  ) as JsonObject;
  expect(compileBundleContent(content).bundle?.rule_count).toBe(1);
});
