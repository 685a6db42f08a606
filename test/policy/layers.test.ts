import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../src/policy/compile.ts';
import { stepView } from './step-view.ts';

const CAPABILITIES = 'capabilities: { c: { tools: [send_email, pay] } }';

function compiledWith(
  layers: Record<string, string>,
  policies = 'rules: [{ id: all, match: { tool_name: pay }, action: allow }]',
) {
  return compileBundle({ 'policies.yaml': policies, 'capabilities.yaml': CAPABILITIES, ...layers });
}

const finance = { tool_name: 'pay', tenant_id: 'acme', agent_id: 'a1', groups: ['finance', 'night'] };

describe('a layer', () => {
  const files = {
    'layers/acme.yaml': 'layer: tenant\ntenant_id: acme\nrules: [{ id: acme.pay, action: require_approval }]',
    'layers/a1.yaml':
      'layer: agent\ntenant_id: acme\nagent_id: a1\nrules: [{ id: a1.pay, action: block, message: Not this one. }]',
    'layers/finance.yaml':
      'layer: agent_group\ngroup: finance\nrules: [{ id: finance.pay, action: require_approval }]',
    'layers/night.yaml':
      'layer: agent_group\ntenant_id: acme\ngroup: night\nrules: [{ id: night.pay, action: require_approval }]',
  };

  it.each([
    ['its agents', finance, ['a1.pay', 'acme.pay', 'finance.pay', 'night.pay', 'all']],
    ['another agent of the tenant', { ...finance, agent_id: 'a2', groups: [] }, ['acme.pay', 'all']],
    ['the same names elsewhere', { ...finance, tenant_id: 'globex' }, ['finance.pay', 'all']],
    ['an agent that nobody knows', { tool_name: 'pay', agent_id: 'a1' }, ['all']],
    [
      'a group named twice',
      { ...finance, agent_id: 'a2', groups: ['night', 'night'] },
      ['acme.pay', 'night.pay', 'all'],
    ],
  ])('speaks to %s only', (_, who, ids) => {
    const { agent_id: _agent, ...nobody } = stepView();
    const { bundle } = compiledWith(files);
    const verdict = bundle?.evaluate({ ...nobody, ...who });
    expect(verdict?.matched.map(({ id }) => id)).toEqual(ids);
    expect(verdict?.considered).toBe(ids.length);
  });

  it('is named in what matched and in what was considered', () => {
    const { bundle } = compiledWith(files);
    const layers = { 'a1.pay': { agent_id: 'a1', kind: 'agent', tenant_id: 'acme' }, all: undefined };
    const [verdict, traces] = [bundle?.evaluate(stepView(finance)), bundle?.explain(stepView(finance))];
    for (const [id, layer] of Object.entries(layers)) {
      expect(verdict?.matched.find((rule) => rule.id === id)?.layer).toEqual(layer);
      expect(traces?.find((trace) => trace.id === id)?.layer).toEqual(layer);
    }
  });
});

describe('the default', () => {
  const allowed = {
    'layers/acme.yaml':
      'layer: tenant\ntenant_id: acme\nrules: [{ id: acme.mail, action: allow, obligations: [{ notify: ops }] }]',
  };
  const step = stepView({ tenant_id: 'acme' });

  it('stands against an allow of a layer, which is reported', () => {
    const verdict = compiledWith(allowed).bundle?.evaluate(step);
    expect(verdict).toMatchObject({ action: 'block', reason: 'default_block', by_default: true });
    expect(verdict?.matched).toMatchObject([{ id: 'acme.mail', effect: 'allow', outranked_by: 'default' }]);
    expect(verdict?.message).toBe(
      "Rule acme.mail of tenant acme allows, but the bundle's default blocks and is not marked overridable.",
    );
    expect(verdict?.obligations).toEqual([{ type: 'notify', channels: ['ops'] }]);
  });

  it('gives way where it is marked', () => {
    const marked = 'default: { action: block, overridable: true }';
    const verdict = compiledWith(allowed, marked).bundle?.evaluate(step);
    expect(verdict).toMatchObject({ action: 'allow', by_default: false });
    expect(verdict?.matched[0]).not.toHaveProperty('outranked_by');
  });

  it('asks for its own approval beside that of a layer', () => {
    const ask = {
      'layers/acme.yaml':
        'layer: tenant\ntenant_id: acme\nrules: [{ id: acme.mail, action: require_approval, approval: { ttl: 2d, required: 2 } }]',
    };
    const verdict = compiledWith(ask, 'default: require_approval').bundle?.evaluate(step);
    expect(verdict?.demand).toMatchObject({ ttl_ms: 3_600_000, required: 2 });
    expect(verdict?.demand?.rule_hashes).toContain('default:require_approval');
  });

  it('gives way to an exception of a layer from a rule for everyone that is marked', () => {
    const exception = {
      'layers/acme.yaml':
        'layer: tenant\ntenant_id: acme\nrules: [{ id: acme.ok, action: allow, overrides: [floor] }]',
    };
    const floor = (overridable: boolean) =>
      `rules: [{ id: floor, action: block, overridable: ${overridable} }]`;
    expect(compiledWith(exception, floor(true)).bundle?.evaluate(step)).toMatchObject({
      action: 'allow',
      matched: [{ id: 'floor', overridden_by: 'acme.ok' }, { id: 'acme.ok' }],
    });
    expect(compiledWith(exception, floor(false)).problems).toMatchObject([
      { file: 'layers/acme.yaml', line: 3, message: expect.stringContaining('not marked') },
    ]);
  });

  it('is one content in both ways to write it', () => {
    const version = (head: string) => compiledWith({}, head).bundle?.version;
    expect(version('default: { action: allow }')).toBe(version('default: allow'));
    expect(version('default: { action: allow, overridable: false }')).toBe(version('default: allow'));
    expect(version('default: { action: allow, overridable: true }')).not.toBe(version('default: allow'));
  });
});

const TENANT = 'layer: tenant\ntenant_id: acme\n';

describe('a fault in a file of a layer', () => {
  it.each([
    ['no layer', 'rules: []', 1, 1, '`layer` is missing', undefined],
    ['an unknown kind', 'layer: tennant', 1, 1, 'must be one of', 'did you mean tenant?'],
    ['no tenant', 'layer: tenant', 1, 1, 'needs `tenant_id`', undefined],
    ['no agent', 'layer: agent\ntenant_id: acme', 1, 1, 'needs `agent_id`', undefined],
    ['a group of a tenant', `${TENANT}group: x`, 3, 1, 'a layer of kind tenant has no `group`', undefined],
    ['a wildcard', 'layer: tenant\ntenant_id: "*"', 2, 1, 'no wildcards', undefined],
    ['a default', `${TENANT}default: allow`, 3, 1, 'unknown key `default`', undefined],
    ['a mistyped key', `${TENANT}rule: []`, 3, 1, 'unknown key `rule`', 'did you mean `rules`?'],
    [
      'an action that is none',
      `${TENANT}rules:\n  - action: alow`,
      4,
      5,
      'must be one of',
      'did you mean allow?',
    ],
    [
      'another layer in a rule',
      `${TENANT}rules:\n  - { layer: { kind: tenant, tenant_id: x }, action: block }`,
      4,
      7,
      'at the head',
      undefined,
    ],
    [
      'an id that is taken',
      `${TENANT}rules:\n  - { id: all, action: block }`,
      4,
      7,
      'the rule at /rules/0/id of policies.yaml',
      undefined,
    ],
    [
      'an override of nothing',
      `${TENANT}rules:\n  - { id: x, action: allow, overrides: [al] }`,
      4,
      29,
      'does not exist',
      'did you mean all?',
    ],
    ['broken YAML', `${TENANT}rules: [`, 3, 9, '', undefined],
  ])('%s', (_, text, line, column, says, hint) => {
    const { problems = [] } = compiledWith({ 'layers/acme.yaml': text });
    const found = problems.find(({ message }) => message.includes(says));
    expect(found, JSON.stringify(problems)).toMatchObject({ file: 'layers/acme.yaml', line, column });
    expect(found?.hint).toBe(hint);
  });

  it('names both places where two layers use one id', () => {
    const rules = 'rules: [{ id: mine, action: block }]';
    const { problems } = compiledWith({
      'layers/acme.yaml': `${TENANT}${rules}`,
      'layers/globex.yaml': `layer: tenant\ntenant_id: globex\n${rules}`,
    });
    expect(problems).toMatchObject([
      {
        file: 'layers/globex.yaml',
        line: 3,
        message: 'the id mine is taken by the rule at /rules/0/id of layers/acme.yaml',
      },
    ]);
  });

  it.each([
    ['of another tenant', 'layer: tenant\ntenant_id: globex', false],
    ['of the same tenant', 'layer: tenant\ntenant_id: acme', true],
    ['of an agent of the tenant', 'layer: agent\ntenant_id: acme\nagent_id: a1', true],
    ['of an agent of another tenant', 'layer: agent\ntenant_id: globex\nagent_id: a1', false],
    ['of a group of the tenant', 'layer: agent_group\ntenant_id: acme\ngroup: g', true],
    ['of a group of all tenants', 'layer: agent_group\ngroup: g', false],
  ])('an override by a rule %s', (_, head, isFine) => {
    const { problems } = compiledWith({
      'layers/acme.yaml': `${TENANT}rules: [{ id: floor, action: block, overridable: true }]`,
      'layers/other.yaml': `${head}\nrules: [{ id: exception, action: allow, overrides: [floor] }]`,
    });
    if (isFine) expect(problems).toBeUndefined();
    else expect(problems?.[0]?.message).toContain('overrides floor, which is a rule of tenant acme');
  });

  it('an override of a rule below', () => {
    const { problems } = compiledWith(
      { 'layers/acme.yaml': `${TENANT}rules: [{ id: floor, action: block, overridable: true }]` },
      'rules: [{ id: exception, action: allow, overrides: [floor] }]',
    );
    expect(problems).toMatchObject([{ file: 'policies.yaml', line: 1 }]);
  });

  it('any of them under `first_match`', () => {
    const { problems } = compiledWith(
      { 'layers/acme.yaml': `${TENANT}rules: [{ action: block }, { id: x, action: block }]` },
      'combining: first_match',
    );
    expect(problems).toMatchObject([{ file: 'layers/acme.yaml', line: 1, column: 1, pointer: '/layer' }]);
  });
});

describe('a warning about a layer', () => {
  it('is one where an allow could never count', () => {
    const text = `${TENANT}rules:\n  - { id: mail, match: { tool_name: send_email }, action: allow }`;
    const { warnings } = compiledWith({ 'layers/acme.yaml': text });
    expect(warnings).toMatchObject([
      { file: 'layers/acme.yaml', line: 4, message: expect.stringContaining('changes nothing') },
    ]);
    expect(
      compiledWith({ 'layers/acme.yaml': text }, 'default: { action: block, overridable: true }').warnings,
    ).toEqual([]);
  });

  it('stands where the rule stands', () => {
    const { warnings } = compiledWith({
      'layers/acme.yaml': `${TENANT}rules:\n  - { match: { tool_name: send_mail }, action: block }`,
    });
    expect(warnings).toMatchObject([
      { file: 'layers/acme.yaml', line: 4, column: 16, hint: 'did you mean send_email?' },
    ]);
  });
});
