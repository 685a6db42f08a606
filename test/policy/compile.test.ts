import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleTests } from '../../src/policy/bundle-tests.ts';
import { compileBundle, compileBundleContent } from '../../src/policy/compile.ts';
import { compiled, stepView } from './step-view.ts';

/** A rule on one line, so that columns are easy to see: the rule begins at line 2, column 6. */
const rule = (members: string) => `rules:\n  - {${members}}\n`;

describe('warnings', () => {
  it('name tools that no capability grants, and public suffixes but no name that nobody can register', () => {
    const text =
      'rules:\n  - { id: a, tool_name: [send_emial, send_email, "pay.*"], action: block }\n  - id: b\n    args: { to: { in_domains: [co.uk, internal, acme.co.uk, github.io] } }\n    action: allow\n';
    const { warnings = [] } = compileBundle({
      'policies.yaml': text,
      'capabilities.yaml': 'capabilities: {c: {tools: [send_email]}}',
    });
    expect(warnings).toMatchObject([
      { line: 2, message: expect.stringContaining('pay.*') },
      { line: 2, message: expect.stringContaining('send_emial'), hint: 'did you mean send_email?' },
      { line: 4, message: expect.stringContaining('co.uk is a public suffix') },
      { line: 4, message: expect.stringContaining('github.io is a public suffix') },
    ]);
  });

  it('say that a second copy of a rule is ignored, and that nothing is granted', () => {
    const { warnings = [], bundle } = compileBundle({
      'policies.yaml': 'rules:\n  - { action: block }\n  - { action: block, match: {} }\n',
    });
    expect(bundle?.rule_count).toBe(1);
    expect(warnings.map(({ message }) => message).join()).toMatch(
      /no capability.*same rule|same rule.*no capability/s,
    );
  });

  it('say that there is no rule', () => {
    const { warnings } = compileBundle({
      'policies.yaml': 'rules: []',
      'capabilities.yaml': 'capabilities: {c: {tools: [x]}}',
    });
    expect(warnings).toMatchObject([{ message: 'there is no rule: every step gets the default, block' }]);
  });
});

describe('the version', () => {
  const version = (text: string) => compiled(text).version;

  it('is the same for equal meanings', () => {
    const plain = version(
      'rules:\n  - { id: a, match: { tool_name: x, sensitivity_level: [high, critical] }, args: { /to: { in_domains: [acme.example] } }, action: block }\n',
    );
    expect(
      version(
        '# comment\nbundle: default\nrules:\n  - action: block\n    args: { to: { in_domains: [ACME.example.] } }\n    tool_name: x\n    sensitivity_level: { gte: HIGH }\n    id: a\n    mode: enforce\n',
      ),
    ).toBe(plain);
    expect(plain).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('is the same whatever the unit of a duration and the order of capabilities', () => {
    const one = compiled(
      rule('action: require_approval, approval: {ttl: 60m}'),
      'capabilities: {a: {tools: [x, y]}, b: {tools: [z]}}',
    );
    const two = compiled(
      rule('action: require_approval, approval: {ttl: 1h, required: 1}'),
      'capabilities: {b: {risk: medium, tools: [z]}, a: {tools: [{name: y}, x]}}',
    );
    expect(two.version).toBe(one.version);
    expect(two.capabilities).toEqual(one.capabilities);
  });

  it.each([
    'bundle: other\n',
    'default: allow\n',
    'permits: always\n',
    'tests: [{name: t, plan: {}, expect: allow}]\n',
  ])('changes with %s', (head) => {
    expect(version(`${head}${rule('id: a, action: block')}`)).not.toBe(version(rule('id: a, action: block')));
  });

  it('depends on the order of rules under first_match only', () => {
    const rules = ['{ id: a, action: block }', '{ id: b, action: allow }'];
    const file = (head: string, list: string[]) => `${head}\nrules: [${list.join(', ')}]`;
    expect(version(file('', rules))).toBe(version(file('', rules.toReversed())));
    const first = 'combining: first_match';
    expect(version(file(first, rules))).not.toBe(version(file(first, rules.toReversed())));
  });

  it('gives a rule without an id one from its content', () => {
    const [one] = compiled(rule('action: block, tool_name: send_email')).evaluate(stepView()).matched;
    const [two] = compiled(rule('match: {tool_name: [send_email]}, action: block')).evaluate(
      stepView(),
    ).matched;
    expect(one?.id).toMatch(/^rule-[0-9a-f]{12}$/);
    expect(two).toEqual(one);
  });

  it('keeps the hash of a rule across bundles and changes it with the rule', () => {
    const hash = (text: string) =>
      compiled(text)
        .evaluate(stepView())
        .matched.find(({ id }) => id === 'a')?.hash;
    const alone = hash(rule('id: a, action: block'));
    expect(hash(rule('id: a, action: block}\n  - {id: b, action: block'))).toBe(alone);
    expect(hash(rule('id: a, action: block, message: m'))).not.toBe(alone);
  });
});

describe('compileBundleContent', () => {
  const text = `
bundle: production
permits: always
rules:
  - { id: a, match: { tool_name: ["x.*", y], findings: { severity: { gte: high } } }, args: { "a.b": { gt: 1 }, to: { not_in_domains: [b.example] } }, action: require_approval, approval: { ttl: 90s, approvers: [z, y] } }
  - { taint: { to: { at_most: external } }, action: block, overridable: true, id: t }
  - { action: allow, overrides: [t], obligations: [{ redact: /x }, { cap: { /y: 1 } }, { set: { /z: { k: [1] } } }, { notify: ops }, { ttl: 60s }, { max_uses: 2 }] }
blocked_tools: [z]
dangerous_argument_patterns: ["rm -rf"]
agents: { "some agent": { allowed_tools: [q] } }
tests: [{ name: t, plan: { steps: [] }, expect: block, reason: r }]
`;
  const capabilities = 'capabilities: {c: {tools: [x, {name: y, parameters: {type: object}}]}}';

  it('compiles the same bundle again, through JSON', () => {
    const bundle = compiled(text, capabilities);
    const again = compileBundleContent(JSON.parse(JSON.stringify(bundle.content))).bundle;
    expect(again?.version).toBe(bundle.version);
    expect(again?.content).toEqual(bundle.content);
    expect(again?.capabilities).toEqual(bundle.capabilities);
    expect([again?.name, again?.permits_always, again?.rule_count]).toEqual(['production', true, 8]);
    const step = stepView({ tool_name: 'x.y', arguments: { a: { b: 5 }, to: 'a@c.example' } });
    expect(again?.evaluate(step)).toEqual(bundle.evaluate(step));
  });

  it('keeps the order of rules under first_match', () => {
    const bundle = compiled(
      'combining: first_match\nrules: [{ id: z, action: allow }, { id: a, action: block }]',
    );
    expect(compileBundleContent(bundle.content).bundle?.evaluate(stepView()).action).toBe('allow');
  });

  it('refuses content that no bundle has', () => {
    for (const content of [
      '{}',
      '{"rules":[{"action":"maybe"}]}',
      '{"__proto__":{}}',
      '{"rules":[{"action":"block","args":{"__proto__":{"eq":1}}}]}',
    ]) {
      expect(compileBundleContent(JSON.parse(content)).problems?.[0]).toMatchObject({
        file: 'content',
        line: 1,
        column: 1,
      });
    }
  });

  it('gives out the tests of a bundle', () => {
    expect(bundleTests(compiled(text, capabilities).content)).toEqual([
      { name: 't', plan: { steps: [] }, expect: 'block', reason: 'r' },
    ]);
    expect(bundleTests(compiled(rule('action: block')).content)).toEqual([]);
  });
});

it('never throws on a text of likely pieces, and every problem has a place', () => {
  const pieces = fc.constantFrom(
    'rules:\n',
    '  - ',
    'action: block\n',
    '    match: ',
    '{tool_name: x}\n',
    '    args: {to: {gt: 1}}\n',
    'agents:\n',
    '  a: ',
    '{}\n',
    '    id: a\n',
    '    when: x\n',
    'default: allow\n',
    '"',
    '[',
    '\n',
    '    overrides: [a]\n',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const { problems = [] } = compileBundle({ 'policies.yaml': parts.join('') });
      for (const { line, column, message } of problems) {
        expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
        expect(message).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});
