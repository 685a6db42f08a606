import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../../src/policy/analysis/diff/cells.ts';
import { searchSpace } from '../../../src/policy/analysis/diff/space-search.ts';
import { structuralDiff } from '../../../src/policy/analysis/diff/structural.ts';
import { isWithin, type Layer } from '../../../src/policy/layer.ts';
import { compiled, stepView } from '../step-view.ts';

const read = (name: string) => readFileSync(new URL(`../../../policies/${name}`, import.meta.url), 'utf8');
const POLICIES = read('policies.yaml');
const CAPABILITIES = read('capabilities.yaml');
const bundle = (policies = POLICIES, capabilities = CAPABILITIES) => compiled(policies, capabilities);
const changed = (from: string | RegExp, to: string) => {
  const text = POLICIES.replace(from, to);
  expect(text).not.toBe(POLICIES);
  return bundle(text);
};

describe('the structural diff', () => {
  it('is empty between equal meanings', () => {
    const diff = structuralDiff(bundle(), bundle(`# again\n${POLICIES}`));
    expect(diff).toMatchObject({ identical: true, settings: [], grants: [], by_tool: [], tests: false });
    expect(diff.rules).toEqual({ added: [], removed: [], changed: [], reordered: false });
  });

  it('names rules by id, the parts of them that differ, and their tools', () => {
    const text = POLICIES.replace('lte: 1000 }', 'lte: 2000 }').replace(
      'id: incident.create',
      'id: incident.new',
    );
    const { rules, by_tool, identical } = structuralDiff(bundle(), bundle(text));
    expect(identical).toBe(false);
    expect(rules.changed).toMatchObject([
      { id: 'payment.small', members: ['args'], tools: ['make_payment'] },
    ]);
    expect(rules.added.map(({ id }) => id)).toEqual(['incident.new']);
    expect(rules.removed.map(({ id }) => id)).toEqual(['incident.create']);
    expect(by_tool).toEqual([
      { tool: 'create_incident', rules: ['incident.create', 'incident.new'] },
      { tool: 'make_payment', rules: ['payment.small'] },
    ]);
  });

  it('names settings and grants', () => {
    const capabilities = CAPABILITIES.replace('exclusiveMinimum: 0', 'exclusiveMinimum: 1').replace(
      '- stop_service\n',
      '',
    );
    const diff = structuralDiff(
      bundle(),
      bundle(POLICIES.replace('\ndefault: block', '\ndefault: require_approval'), capabilities),
    );
    expect(diff.settings).toEqual([{ name: 'default', before: 'block', after: 'require_approval' }]);
    expect(diff.grants).toEqual([
      { capability: 'cap_payments', tool: 'make_payment', change: 'changed', members: ['parameters'] },
      { capability: 'cap_service_ops', tool: 'stop_service', change: 'removed', members: [] },
    ]);
  });

  it('sees another order where order decides', () => {
    const rule = (id: string) => ({ id, action: id === 'a' ? 'allow' : 'block' });
    const of = (ids: string[]) =>
      compiled(JSON.stringify({ combining: 'first_match', rules: ids.map(rule) }));
    expect(structuralDiff(of(['a', 'b']), of(['b', 'a'])).rules.reordered).toBe(true);
    expect(structuralDiff(of(['a', 'b']), of(['a', 'b'])).rules.reordered).toBe(false);
  });
});

describe('the space search', () => {
  it.each([
    ['a limit moved down', /lte: 1000 \}/, 'lte: 500 }', 'make_payment', 'allow', 'block'],
    [
      'a rule that blocks gone',
      /action: block\n {4}reason: payment_over_limit/,
      'action: allow\n    reason: payment_over_limit',
      'make_payment',
      'block',
      'require_approval',
    ],
    [
      'a domain added',
      'args: { to: { in_domains: [acme.example] } }',
      'args: { to: { in_domains: [acme.example, partner.example] } }',
      'send_email',
      undefined,
      undefined,
    ],
    [
      'a condition on trust narrowed',
      /(id: untrusted_records[^#]*?at_most: )external/,
      '$1unverified',
      'create_incident',
      'require_approval',
      'allow',
    ],
    [
      'a level raised',
      'sensitivity_level: { lte: medium }',
      'sensitivity_level: { lte: low }',
      'read_customer',
      'allow',
      'block',
    ],
    [
      'an exception taken back',
      'overrides: [web.internal_hosts]',
      'reason: no_exception',
      'fetch_url',
      'allow',
      'block',
    ],
    ['a trial that begins', 'mode: shadow', 'mode: enforce', 'send_email', 'allow', 'require_approval'],
  ])('finds a witness of %s', (_, from, to, tool, before, after) => {
    const { witnesses, cells } = searchSpace(bundle(), changed(from, to));
    expect(cells).toBeGreaterThan(0);
    if (before === undefined) return expect(witnesses).toEqual([]);
    const found = witnesses.map((one) => [one.tool_name, one.before.decision, one.after.decision]);
    expect(found).toContainEqual([tool, before, after]);
  });

  it('decides nothing where nothing changed', () => {
    expect(searchSpace(bundle(), bundle())).toMatchObject({ witnesses: [], cells: 0, exhaustive: true });
  });

  it('looks at every tool where the default changes', () => {
    const { witnesses } = searchSpace(bundle(), changed('\ndefault: block', '\ndefault: allow'));
    expect(witnesses.map(({ tool_name, effect }) => [tool_name, effect])).toContainEqual([
      'make_payment',
      'loosened',
    ]);
  });

  it('sees a tool that is granted, and arguments that a schema no longer takes', () => {
    const capabilities = CAPABILITIES.replace('- create_incident', '- create_incidents').replace(
      'exclusiveMinimum: 0',
      'exclusiveMinimum: 500',
    );
    const { witnesses } = searchSpace(bundle(), bundle(POLICIES, capabilities));
    expect(witnesses.map((one) => [one.tool_name, one.effect, one.after.reason])).toEqual([
      ['create_incident', 'tightened', 'capability_not_granted'],
      ['create_incident', 'tightened', 'capability_not_granted'],
      ['make_payment', 'tightened', 'invalid_arguments'],
      ['make_payment', 'tightened', 'invalid_arguments'],
    ]);
  });

  it('says that it did not try everything where it stops early', () => {
    const search = searchSpace(bundle(), changed('\ndefault: block', '\ndefault: allow'), { maxCells: 10 });
    expect(search).toMatchObject({ cells: 10, exhaustive: false });
  });
});

describe('the search below rules for everyone', () => {
  const of = (...rules: object[]) =>
    compiled(
      JSON.stringify({ default: { action: 'block', overridable: true }, rules }),
      JSON.stringify({ capabilities: { c: { tools: ['t'] } } }),
    );
  const match = { tool_name: 't' };
  const tenant = { kind: 'tenant', tenant_id: 'acme' };
  const group = { kind: 'agent_group', group: 'buying' };
  const agent = { kind: 'agent', tenant_id: 'acme', agent_id: 'a-1' };

  it.each<[string, object, object]>([
    ['tenant', tenant, { tenant_id: 'acme' }],
    ['group', group, { groups: ['buying'] }],
    ['group of a tenant', { ...group, tenant_id: 'acme' }, { tenant_id: 'acme', groups: ['buying'] }],
    ['agent', agent, { tenant_id: 'acme', agent_id: 'a-1' }],
  ])('finds a witness of a rule of a %s, with an agent that is in it', (_name, layer, step) => {
    const rule = { id: 'own', layer, match, action: 'allow' };
    const { witnesses } = searchSpace(of(), of(rule));
    expect(witnesses).toMatchObject([{ effect: 'loosened', after: { rules: ['own'] }, step }]);
  });

  it('sees a rule for everyone where only a layer is in the way', () => {
    const everyone = { id: 'all', match, action: 'allow' };
    const own = { id: 'own', layer: tenant, match, action: 'block' };
    const transitions = searchSpace(of(everyone), of(everyone, own)).witnesses;
    expect(transitions).toMatchObject([{ effect: 'tightened', step: { tenant_id: 'acme' } }]);
  });

  it('takes the same agents to be in a layer as decisions do', () => {
    const names = fc.constantFrom('x', 'y');
    const layers = fc.oneof(
      fc.record({ kind: fc.constant('tenant'), tenant_id: names }),
      fc.record({ kind: fc.constant('agent_group'), group: names, tenant_id: names }),
      fc.record({ kind: fc.constant('agent_group'), group: names }),
      fc.record({ kind: fc.constant('agent'), tenant_id: names, agent_id: names }),
    );
    const steps = fc.record(
      { tenant_id: names, agent_id: names, groups: fc.uniqueArray(names) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(layers, steps, (layer, step) => {
        const bundle = of({ id: 'own', layer, match, action: 'block' });
        const { tenant_id: _, agent_id: __, ...nobody } = stepView({ tool_name: 't' });
        const asked = bundle.explain({ ...nobody, ...step }).length > 0;
        expect(isWithin(step, layer as Layer)).toBe(asked);
      }),
    );
  });
});

it('combinations come with the fewest changes first, each once', () => {
  const cells = [...cellsOf([2, 1, 3])].map((cell) => cell.join(''));
  const every = [0, 1].flatMap((a) => [0, 1, 2].map((c) => `${a}0${c}`));
  expect(cells.toSorted()).toEqual(every.sort());
  const weights = cells.map((cell) => cell.replaceAll('0', '').length);
  expect(weights).toEqual(weights.toSorted());
  expect([...cellsOf([2, 0])]).toEqual([]);
  expect([...cellsOf([])]).toEqual([[]]);
});
