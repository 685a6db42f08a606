import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../../src/policy/compile.ts';
import type { PolicyProblem } from '../../../src/policy/problem.ts';

const CAPABILITIES = `capabilities:
  mail:
    tools:
      - name: send_email
        sensitivity_level: medium
        parameters:
          type: object
          properties: { to: { type: string }, cc: { anyOf: [{ type: string }, { type: array, items: { type: string } }] }, urgent: { type: boolean } }
          additionalProperties: false
  money:
    tools:
      - name: pay
        parameters: { type: object, properties: { amount: { type: number, maximum: 500 }, currency: { enum: [USD] } }, additionalProperties: false }
      - read_contract
      - name: count
        parameters: { type: object, properties: { n: { type: integer }, m: { type: [integer, string] } } }
`;
const AGENTS = [
  { agent_id: 'agent-1', agent_name: 'finance_agent', agent_type: 'assistant', tenant_id: 'acme' },
  { agent_id: 'agent-2', tenant_id: 'acme' },
  { agent_id: 'agent-3', tenant_id: 'other' },
];
/** So that no tool is left to the default. */
const REST = '  - { id: zz.rest, tool_name: "*", agent_name: agent-2, action: allow }';

function warningsOf(rules: string, head = ''): PolicyProblem[] {
  const text = `${head}rules:\n${rules}\n${REST}\n`;
  const { warnings, problems } = compileBundle(
    { 'policies.yaml': text, 'capabilities.yaml': CAPABILITIES },
    { agents: AGENTS },
  );
  if (warnings === undefined) throw new Error(JSON.stringify(problems));
  return warnings;
}

describe('lint names', () => {
  it.each<[string, string, string[], string[], RegExp]>([
    [
      'a tool and a capability that do not go together',
      '- { id: a, tool_name: pay, capability: mail, action: block }',
      ['vacuous'],
      ['a'],
      /none of its capabilities grants one of its tools/,
    ],
    [
      'a level that a tool is always above',
      '- { id: a, tool_name: send_email, sensitivity_level: low, action: block }',
      ['vacuous'],
      ['a'],
      /at least medium/,
    ],
    [
      'operators that no value satisfies',
      '- { id: a, tool_name: read_contract, args: { x: { eq: 5, gt: 9 } }, action: allow }',
      ['vacuous'],
      ['a'],
      /no value of \/x can satisfy it/,
    ],
    [
      'operators for different types',
      '- { id: a, tool_name: read_contract, args: { x: { eq: five, gt: 9 } }, action: block }',
      ['holds_only_in_doubt'],
      ['a'],
      /values of different types/,
    ],
    [
      'a type that the schema does not have',
      '- { id: a, tool_name: send_email, args: { to: { gt: 9 } }, action: block }',
      ['always_in_doubt'],
      ['a'],
      /\/to is string by the tool's schema, and its operators are for number/,
    ],
    [
      'the same in an allow',
      '- { id: a, tool_name: send_email, args: { to: { gt: 9 } }, action: allow }',
      ['vacuous'],
      ['a'],
      /can never match/,
    ],
    [
      'half of a whole number',
      '- { id: a, tool_name: count, args: { n: { eq: 1.5 } }, action: block }',
      ['holds_only_in_doubt'],
      ['a'],
      /no value of \/n/,
    ],
    [
      'what lies between two whole numbers',
      '- { id: a, tool_name: count, args: { n: { gt: 5, lt: 6 } }, action: allow }',
      ['vacuous'],
      ['a'],
      /no value of \/n/,
    ],
    [
      'domains that have to be inside and outside of the same',
      '- { id: a, tool_name: send_email, args: { to: { in_domains: [a.example, x.b.example], not_in_domains: [a.example, b.example] } }, action: allow }',
      ['vacuous'],
      ['a'],
      /no value of \/to/,
    ],
    [
      'names in a condition that nothing has',
      `- { id: a, when: 'plan.steps.exists(s, s.tool_name == "payy") && agent.agent_type != "asistant" && step.capability in ["mony"]', action: block }`,
      ['unknown_tool', 'unknown_agent', 'unknown_capability'],
      ['a'],
      /no capability grants a tool payy, so this comparison of rule a never matches\n.*type asistant, so this comparison of rule a leaves out only agents registered over the API\n.*no capability mony/,
    ],
    [
      'a type of elements',
      '- { id: a, tool_name: send_email, args: { cc: { lt: 9 } }, action: block }',
      ['always_in_doubt'],
      ['a'],
      /\/cc is string/,
    ],
    [
      'a limit beyond the schema',
      '- { id: a, tool_name: pay, args: { amount: { gt: 500 } }, action: block }',
      ['holds_only_in_doubt'],
      ['a'],
      /no value of \/amount/,
    ],
    [
      'a value that the schema does not list',
      '- { id: a, tool_name: pay, args: { currency: { eq: EUR } }, action: allow }',
      ['vacuous'],
      ['a'],
      /no value of \/currency/,
    ],
    [
      'an argument that one of two tools has not',
      '- { id: a, tool_name: [pay, send_email], args: { to: { contains: x } }, action: block }',
      ['unknown_argument'],
      ['a'],
      /the tool pay has no argument/,
    ],
    [
      'an allow inside a block',
      '- { id: a, tool_name: pay, args: { amount: { lt: 10 } }, action: allow }\n  - { id: b, tool_name: "p*", action: block }',
      ['contradictory'],
      ['a', 'b'],
      /allows only what rule b blocks/,
    ],
    [
      'an approval inside a block',
      '- { id: a, tool_name: pay, args: { amount: { gt: 90 } }, action: require_approval }\n  - { id: b, tool_name: pay, args: { amount: { gt: 50 } }, action: block }',
      ['shadowed'],
      ['a', 'b'],
      /never decides: b \(block\)/,
    ],
    [
      'a rule inside another of its kind',
      '- { id: a, tool_name: pay, agent_name: finance_agent, action: block }\n  - { id: b, tool_name: pay, action: block }',
      ['redundant'],
      ['a', 'b'],
      /adds nothing: b/,
    ],
    [
      'of two alike the later by id',
      '- { id: a, tool_name: pay, action: block }\n  - { id: b, match: { tool_name: [pay] }, action: block }',
      ['redundant'],
      ['b', 'a'],
      /rule b adds nothing/,
    ],
    [
      'narrower domains, lists and levels',
      '- { id: a, tool_name: send_email, sensitivity_level: critical, args: { to: { in_domains: [x.acme.example] }, cc: { in: [p] } }, action: block }\n  - { id: b, tool_name: send_email, sensitivity_level: { gte: high }, args: { to: { in_domains: [acme.example] }, cc: { in: [p, q] } }, action: block }',
      ['redundant'],
      ['a', 'b'],
      /adds nothing/,
    ],
    [
      'a rule that tells nobody else',
      '- { id: a, tool_name: pay, action: block, obligations: [{ notify: [ops] }] }\n  - { id: b, tool_name: pay, action: block, obligations: [{ notify: [audit, ops] }] }',
      ['redundant'],
      ['a', 'b'],
      /adds nothing/,
    ],
    [
      'an approval that tells nobody else',
      '- { id: a, tool_name: pay, action: require_approval, obligations: [{ notify: [ops] }, { cap: { /amount: 5 } }] }\n  - { id: b, tool_name: pay, action: block, obligations: [{ notify: [ops] }] }',
      ['shadowed'],
      ['a', 'b'],
      /never decides/,
    ],
    [
      'what is overridden always',
      '- { id: a, tool_name: pay, provenance: { lowest_trust: unverified }, action: block, overridable: true }\n  - { id: b, tool_name: pay, provenance: { lowest_trust: { at_most: external } }, action: allow, overrides: [a] }',
      ['always_overridden'],
      ['a', 'b'],
      /b overrides it wherever it matches/,
    ],
    [
      'a tool that nothing grants',
      '- { id: a, tool_name: payy, action: block }',
      ['unknown_tool'],
      ['a'],
      /no capability grants a tool payy/,
    ],
    [
      'a capability there is not',
      '- { id: a, capability: [mial, mail], action: block }',
      ['unknown_capability'],
      ['a'],
      /there is no capability mial/,
    ],
    [
      'an agent and a tenant there are not',
      '- { id: a, agent_id: agent-9, tenant_id: [acme, acm], action: block }\n  - { id: b, agent_name: agent_1, action: block }',
      ['unknown_agent', 'unknown_tenant', 'unknown_agent'],
      ['a'],
      /agents\.yaml has no agent with the id agent-9, so this part of rule a concerns only agents registered over the API/,
    ],
    [
      'a name that is left out for nobody',
      '- { id: a, tool_name: pay, agent_name: { not_in: [agent_1] }, args: { amount: { gt: 5 } }, action: block }',
      ['unknown_agent'],
      ['a'],
      /so this part of rule a leaves out only agents registered over the API/,
    ],
    [
      'a type that no agent has',
      '- { id: a, agent_type: asistant, action: block }',
      ['unknown_agent'],
      ['a'],
      /no agent of the type asistant/,
    ],
    [
      'an agent and the tenant of another',
      '- { id: a, agent_id: agent-1, tenant_id: other, action: block }',
      ['unknown_agent'],
      ['a'],
      /agents\.yaml has no agent with this agent_id and this tenant_id, so rule a concerns only agents registered over the API/,
    ],
    [
      'an agent and the name of another',
      '- { id: a, agent_id: [agent-1, agent-3], agent_name: agent-2, action: block }',
      ['unknown_agent'],
      ['a'],
      /with this agent_name and this agent_id/,
    ],
  ])('%s', (_, rules, codes, ids, message) => {
    const warnings = warningsOf(`  ${rules}`);
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    expect(warnings[0]?.rule_ids).toEqual(ids);
    expect(warnings.map((warning) => warning.message).join('\n')).toMatch(message);
    expect(warnings[0]).toMatchObject({ file: 'policies.yaml', line: ids[0] === 'b' ? 3 : 2 });
  });

  it.each<[string, string, string[]]>([
    ['its own tenant, by a pattern', 'kind: tenant, tenant_id: acme|tenant_id: "a*"', []],
    ['any tenant, in a group', 'kind: agent_group, group: buying|tenant_id: acme', []],
  ])('a rule of a layer that asks for %s', (_what, both, codes) => {
    const [layer, match] = both.split('|');
    const rule = `  - { id: a, tool_name: pay, layer: { ${layer} }, ${match}, action: block }`;
    expect(warningsOf(rule).flatMap(({ code = '' }) => (code.startsWith('unknown') ? [] : [code]))).toEqual(
      codes,
    );
  });

  it.each<[string, string, string, string[]]>([
    ['one for everyone', '', 'kind: tenant, tenant_id: acme', ['shadowed']],
    [
      'one of its tenant',
      'kind: tenant, tenant_id: acme',
      'kind: agent, tenant_id: acme, agent_id: x',
      ['shadowed'],
    ],
    [
      'one of its group',
      'kind: agent_group, group: g',
      'kind: agent_group, group: g, tenant_id: acme',
      ['shadowed'],
    ],
    ['no other tenant', 'kind: tenant, tenant_id: acme', 'kind: tenant, tenant_id: other', []],
    [
      'no group: who knows who is in it',
      'kind: agent_group, group: g',
      'kind: agent, tenant_id: acme, agent_id: x',
      [],
    ],
    ['none below it', 'kind: tenant, tenant_id: acme', '', []],
  ])('what a layer makes pointless: %s', (_what, stronger, weaker, codes) => {
    const layerOf = (layer: string) => (layer === '' ? '' : `layer: { ${layer} }, `);
    const rules = [
      `  - { id: a, tool_name: pay, ${layerOf(weaker)}action: require_approval }`,
      `  - { id: b, tool_name: pay, ${layerOf(stronger)}action: block }`,
    ].join('\n');
    expect(warningsOf(rules).flatMap(({ code = '' }) => (code === 'shadowed' ? [code] : []))).toEqual(codes);
  });

  it('does not compare the rules of different tenants, however many there are', () => {
    const rules = Array.from(
      { length: 2_000 },
      (_, index) =>
        `  - { id: r${index}, tool_name: pay, layer: { kind: tenant, tenant_id: t${index} }, args: { amount: { gt: ${index} } }, action: block }`,
    );
    const codes = warningsOf(rules.join('\n')).map(({ code }) => code);
    expect(codes).not.toContain('not_compared');
  });

  const history = (rule: string, asked: string) =>
    `  - { id: a, ${rule}, history: [{ within: agent, window: 1h, ${asked} }] }`;
  it.each<[string, string, RegExp[]]>([
    [
      'that one of two tools has not',
      history('tool_name: [pay, send_email], action: block', 'same: amount'),
      [/tool send_email has no argument \/amount, .* there:/],
    ],
    [
      'of `new`, which the step itself need not have',
      history('tool_name: send_email, action: block', 'tool_name: pay, new: amount'),
      [],
    ],
    [
      'that is there',
      history('tool_name: pay, action: block', 'tool_name: pay, same: [amount, currency]'),
      [],
    ],
    [
      'of a tool with any arguments',
      history('tool_name: read_contract, action: block', 'tool_name: read_contract, same: x'),
      [],
    ],
    ['of any earlier step, where some have it', history('tool_name: pay, action: block', 'same: amount'), []],
    [
      'of steps that were blocked, perhaps for their arguments',
      history('tool_name: send_email, action: block', 'tool_name: pay, decision: block, new: to'),
      [],
    ],
    ['of nobody granted', history('tool_name: unheard, action: block', 'tool_name: unheard, same: x'), []],
  ])('an argument of history %s', (_what, rule, messages) => {
    const found = warningsOf(rule).filter(({ code }) => code === 'unknown_argument');
    expect(found.map(({ message }) => message)).toEqual(
      messages.map((words) => expect.stringMatching(words)),
    );
    for (const { rule_ids, pointer } of found) {
      expect(rule_ids).toEqual(['a']);
      expect(pointer).toMatch(/^\/rules\/0\/history\/0\/(same|new)$/);
    }
  });

  it('what is meant, where it can tell', () => {
    const rules =
      '  - { id: a, tool_name: [pay, send_email], agent_name: finance_agnt, args: { amount: { gt: 5 } }, action: block }';
    expect(warningsOf(rules).map(({ hint }) => hint)).toEqual(['did you mean finance_agent?', undefined]);
  });

  it('what is never reached under first_match, whatever its action', () => {
    const rules =
      '  - { id: a, tool_name: "p*", action: allow }\n  - { id: b, tool_name: pay, action: block }';
    expect(warningsOf(rules, 'combining: first_match\n')).toMatchObject([
      { code: 'unreachable', rule_ids: ['b', 'a'], line: 4 },
    ]);
  });

  it('tools that no rule is about, where they are granted', () => {
    const { warnings } = compileBundle({
      'policies.yaml': 'rules: [{ tool_name: [pay, send_email, count], action: block }]',
      'capabilities.yaml': CAPABILITIES,
    });
    expect(warnings).toMatchObject(
      [
        {
          code: 'default_only_tool',
          file: 'capabilities.yaml',
          line: 14,
          pointer: '/capabilities/money/tools/1',
          message: /read_contract.*the default decides.*block/,
        },
      ].map(({ message, ...rest }) => ({ ...rest, message: expect.stringMatching(message) })),
    );
  });
});

describe('lint says nothing of', () => {
  it.each([
    [
      'two rules that only meet',
      '- { id: a, tool_name: pay, args: { amount: { gt: 5 } }, action: block }\n  - { id: b, tool_name: pay, args: { amount: { lt: 9 } }, action: allow }',
    ],
    [
      'a rule with a reason of its own',
      '- { id: a, tool_name: pay, agent_name: finance_agent, action: block, reason: own_reason }\n  - { id: b, tool_name: pay, action: block }',
    ],
    [
      'an allow that asks for more than a block',
      '- { id: a, tool_name: pay, action: allow }\n  - { id: b, tool_name: pay, args: { amount: { gt: 9 } }, action: block }',
    ],
    [
      'an allow inside a block that may be overridden',
      '- { id: a, tool_name: pay, args: { amount: { lt: 9 } }, action: allow }\n  - { id: b, tool_name: pay, action: block, overridable: true }',
    ],
    [
      'a redaction beside an approval',
      '- { id: a, tool_name: pay, action: allow, obligations: [{ redact: /currency }] }\n  - { id: b, tool_name: pay, action: require_approval }',
    ],
    [
      'who else is told of a block',
      '- { id: a, tool_name: pay, args: { amount: { gt: 5 } }, action: block, obligations: [{ notify: [ops] }] }\n  - { id: b, tool_name: pay, action: block }',
    ],
    [
      'who is told of an approval, beside a block',
      '- { id: a, tool_name: pay, action: require_approval, obligations: [{ notify: [ops] }] }\n  - { id: b, tool_name: pay, action: block }',
    ],
    [
      'who is told of an allow, beside a block',
      '- { id: a, tool_name: pay, action: allow, obligations: [{ notify: [ops] }] }\n  - { id: b, tool_name: pay, action: block, obligations: [{ notify: [audit] }] }',
    ],
    [
      'addresses of which one is inside and one outside',
      '- { id: a, tool_name: send_email, args: { to: { in_domains: [a.example], not_in_domains: [a.example] } }, action: block }',
    ],
    [
      'whole numbers and what is none',
      '- { id: a, tool_name: count, args: { n: { gt: 5, lt: 7 } }, action: allow }\n  - { id: b, tool_name: count, args: { m: { in: [1.5, 2] } }, action: allow }',
    ],
    [
      'names in a condition that something has',
      `- { id: a, tool_name: pay, when: 'plan.steps.exists(s, s.tool_name == "pay") && agent.tenant_id != "other" && args.currency == "USD"', action: block }`,
    ],
    [
      'other approvers',
      '- { id: a, tool_name: pay, action: require_approval, approval: { approvers: [lee] } }\n  - { id: b, tool_name: pay, action: require_approval, approval: { approvers: [sam] } }',
    ],
    [
      'an optional argument asked with exists',
      '- { id: a, tool_name: send_email, args: { cc: { exists: true, not_in_domains: [acme.example] } }, action: block }',
    ],
    [
      'null, which exists takes for doubt',
      '- { id: a, tool_name: read_contract, args: { x: { exists: true, ne: 1 } }, action: block }\n  - { id: b, tool_name: read_contract, args: { x: { in: [1, null] } }, action: block }',
    ],
    [
      'a rule on trial',
      '- { id: a, tool_name: pay, action: block, mode: shadow }\n  - { id: b, tool_name: pay, action: block }',
    ],
  ])('%s', (_, rules) => {
    expect(warningsOf(`  ${rules}`)).toEqual([]);
  });
});

describe('many rules', () => {
  const about = (index: number, tool: number) => ({
    id: `r${index}`,
    match: { tool_name: `tool-${tool}`, agent_name: `agent-${index % 97}` },
    args: { amount: { gt: index } },
    action: (['allow', 'block', 'require_approval'] as const)[index % 3],
    reason: `reason_${index}`,
  });
  const codesOf = (rules: object[], scope?: { maxPairs: number }) => {
    const tools = Array.from({ length: 1000 }, (_, index) => `tool-${index}`);
    const files = {
      'policies.yaml': JSON.stringify({ rules }),
      'capabilities.yaml': JSON.stringify({ capabilities: { c: { tools } } }),
    };
    const { warnings = [] } = compileBundle(files, scope);
    return warnings.map(({ code }) => code);
  };

  it('10,000 of many tools are compared completely', () => {
    expect(codesOf(Array.from({ length: 10_000 }, (_, index) => about(index, index % 1000)))).not.toContain(
      'not_compared',
    );
  });

  it('bring as many warnings as are asked for, and the number of the others', () => {
    const rules = Array.from({ length: 500 }, (_, index) => about(index, 2_000));
    const files = {
      'policies.yaml': JSON.stringify({ rules }),
      'capabilities.yaml': 'capabilities: { c: { tools: [a] } }',
    };
    const all = compileBundle(files);
    const some = compileBundle(files, { maxWarnings: 3 });
    expect(all.warnings?.length).toBeGreaterThan(500);
    expect(all).toMatchObject({ warnings_omitted: 0 });
    expect(some.warnings?.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['not_compared', 'default_only_tool', 'unknown_tool']),
    );
    expect(some).toMatchObject({ warnings_omitted: (all.warnings?.length ?? 0) - 3 });
  });

  it('of one tool are not, and it says so, unless all are asked for', () => {
    const rules = Array.from({ length: 500 }, (_, index) => about(index, 0));
    expect(codesOf(rules)).toContain('not_compared');
    expect(codesOf(rules, { maxPairs: Number.POSITIVE_INFINITY })).not.toContain('not_compared');
  });
});
