import { describe, expect, it } from 'vitest';
import { bundleOf, stepView } from './step-view.ts';

const step = stepView({ arguments: { to: 'a@evil.example', amount: 50 } });

describe('the strongest rule decides', () => {
  const allow = { id: 'z.allow', action: 'allow' };
  const ask = { id: 'm.ask', action: 'require_approval', reason: 'asked', message: 'Ask.' };
  const block = { id: 'b.block', action: 'block', reason: 'blocked', message: 'No.' };

  it.each([
    [[], 'block', 'default_block', true],
    [[allow], 'allow', 'rule_matched', false],
    [[allow, ask], 'require_approval', 'asked', false],
    [[ask, block, allow], 'block', 'blocked', false],
  ] as [object[], string, string, boolean][])('%j', (rules, action, reason, by_default) => {
    const other = { id: 'other', match: { tool_name: 'other' }, action: 'block' };
    expect(bundleOf([...rules, other]).evaluate(step)).toMatchObject({ action, reason, by_default });
  });

  it.each(['allow', 'block', 'require_approval'] as const)(
    'takes the default %s when no rule matches',
    (action) => {
      const verdict = bundleOf([{ match: { tool_name: 'other' }, action: 'allow' }], {
        default: action,
      }).evaluate(step);
      expect(verdict).toMatchObject({ action, reason: `default_${action}`, by_default: true, matched: [] });
      expect(verdict.demand === undefined).toBe(action !== 'require_approval');
    },
  );

  it('lists all matches, strongest first, then by id, with their hashes', () => {
    const verdict = bundleOf([allow, { ...block, id: 'c.block' }, ask, block]).evaluate(step);
    expect(verdict.matched.map(({ id }) => id)).toEqual(['b.block', 'c.block', 'm.ask', 'z.allow']);
    expect(new Set(verdict.matched.map(({ hash }) => hash)).size).toBe(4);
    expect(verdict.matched[0]).toMatchObject({ effect: 'block', reason: 'blocked', message: 'No.' });
    expect(verdict.considered).toBe(4);
  });

  it('takes reason and message from a rule that surely matched before one in doubt', () => {
    const doubtful = { id: 'a.doubt', args: { missing: { gt: 1 } }, action: 'block', reason: 'doubtful' };
    expect(bundleOf([doubtful, block]).evaluate(step)).toMatchObject({ reason: 'blocked', message: 'No.' });
    expect(bundleOf([doubtful]).evaluate(step)).toMatchObject({ action: 'block', reason: 'doubtful' });
    expect(bundleOf([doubtful]).evaluate(step).matched[0]?.doubt).toBe(
      'args./missing gt 1: the argument is missing',
    );
  });

  it('never lets a shadow rule decide', () => {
    const verdict = bundleOf([{ ...block, mode: 'shadow' }, allow]).evaluate(step);
    expect(verdict).toMatchObject({ action: 'allow', shadow: [{ id: 'b.block', effect: 'block' }] });
    expect(verdict.matched.map(({ id }) => id)).toEqual(['z.allow']);
    expect(bundleOf([{ ...allow, mode: 'shadow' }]).evaluate(step)).toMatchObject({
      action: 'block',
      by_default: true,
    });
  });
});

describe('overrides', () => {
  const block = { id: 'floor', action: 'block', overridable: true, reason: 'floor' };
  const exception = {
    id: 'exception',
    args: { amount: { lte: 100 } },
    action: 'allow',
    overrides: ['floor'],
  };

  it('set a rule aside and stay visible', () => {
    const verdict = bundleOf([block, exception]).evaluate(step);
    expect(verdict).toMatchObject({ action: 'allow', by_default: false });
    expect(verdict.matched).toMatchObject([{ id: 'floor', overridden_by: 'exception' }, { id: 'exception' }]);
  });

  it.each([
    ['the allow does not match', { amount: 101 }],
    ['the allow is in doubt: wrong type', { amount: '50' }],
    ['the allow is in doubt: missing', {}],
    ['one of several elements does not fit', { amount: [5, 500] }],
  ])('do nothing where %s', (_, args) => {
    const verdict = bundleOf([block, exception]).evaluate(stepView({ arguments: args }));
    expect(verdict).toMatchObject({ action: 'block', reason: 'floor' });
    expect(verdict.matched[0]).not.toHaveProperty('overridden_by');
  });

  it('do nothing from a shadow rule, nor to other rules', () => {
    expect(bundleOf([block, { ...exception, mode: 'shadow' }]).evaluate(step).action).toBe('block');
    const other = { id: 'other', action: 'require_approval' };
    expect(bundleOf([block, exception, other]).evaluate(step).action).toBe('require_approval');
  });

  it('leave the obligations and approvals of the overridden rule out', () => {
    const ask = {
      id: 'ask',
      action: 'require_approval',
      overridable: true,
      obligations: [{ redact: '/to' }],
    };
    const verdict = bundleOf([ask, { id: 'ok', action: 'allow', overrides: ['ask'] }]).evaluate(step);
    expect(verdict).toMatchObject({ action: 'allow', obligations: [] });
    expect(verdict).not.toHaveProperty('demand');
  });
});

describe('obligations', () => {
  it('merge: redactions together, caps by the smallest, none where nothing runs', () => {
    const rules = [
      { id: 'a', action: 'allow', obligations: [{ redact: '/b' }, { cap: { '/n': 500, '/m': 9 } }] },
      {
        id: 'b',
        action: 'allow',
        obligations: [{ redact: '/a' }, { redact: '/b' }, { cap: { '/n': 100, '/b/c': 3 } }],
      },
      { id: 'c', match: { tool_name: 'other' }, action: 'allow', obligations: [{ redact: '/z' }] },
      { id: 'd', mode: 'shadow', action: 'allow', obligations: [{ redact: '/y' }] },
    ];
    const merged = [
      { type: 'cap_argument', path: '/m', max: 9 },
      { type: 'cap_argument', path: '/n', max: 100 },
      { type: 'redact_argument', path: '/a' },
      { type: 'redact_argument', path: '/b' },
    ];
    expect(bundleOf(rules).evaluate(step).obligations).toEqual(merged);
    expect(
      bundleOf([...rules, { id: 'ask', action: 'require_approval' }]).evaluate(step).obligations,
    ).toEqual(merged);
    expect(bundleOf([...rules, { id: 'no', action: 'block' }]).evaluate(step).obligations).toEqual([]);
  });
});

describe('obligations that concern the decision', () => {
  const tell = (...channels: string[]) => ({ notify: channels });
  const allow = { id: 'a', action: 'allow', obligations: [tell('b', 'a'), { ttl: '2m' }, { max_uses: 3 }] };
  const other = { id: 'b', action: 'allow', obligations: [tell('c'), { ttl: '90s' }, { max_uses: 9 }] };

  it('merge: channels together, the shortest time, the fewest uses', () => {
    expect(bundleOf([allow, other]).evaluate(step).obligations).toEqual([
      { type: 'notify', channels: ['a', 'b', 'c'] },
      { type: 'permit_ttl', seconds: 90 },
      { type: 'permit_max_uses', uses: 3 },
    ]);
  });

  it('tell of a block as well, and of nothing else there', () => {
    const block = { id: 'no', action: 'block', obligations: [tell('d')] };
    expect(bundleOf([allow, block]).evaluate(step)).toMatchObject({
      action: 'block',
      obligations: [{ type: 'notify', channels: ['a', 'b', 'd'] }],
    });
  });
});

describe('values that rules set', () => {
  const set = (id: string, path: string, value: unknown) => ({
    id,
    action: 'allow',
    obligations: [{ set: { [path]: value } }, { notify: 'ops' }],
  });
  const redact = { id: 'r', action: 'allow', obligations: [{ redact: '/a/b' }] };

  it.each([
    ['one value', [set('a', '/x', { y: 1, z: [2] }), set('b', '/x', { z: [2], y: 1 })], 'allow'],
    ['two values', [set('a', '/x', 1), set('b', '/x', 2)], 'argument /x'],
    ['a value in a value', [set('a', '/x', {}), set('b', '/x/y', 2)], 'arguments /x and /x/y'],
    ['a value in what is redacted', [set('a', '/a/b/c', 1), redact], 'arguments /a/b and /a/b/c'],
    ['a value around what is redacted', [set('a', '/a', 1), redact], 'arguments /a and /a/b'],
    ['a value that is redacted', [set('a', '/a/b', 1), redact], 'argument /a/b'],
    ['a value beside what is redacted', [set('a', '/a/bc', 1), redact], 'allow'],
  ] as [string, object[], string][])('%s', (_, rules, expected) => {
    const verdict = bundleOf(rules).evaluate(step);
    if (expected === 'allow') {
      expect(verdict.action).toBe('allow');
      return;
    }
    expect(verdict).toMatchObject({ action: 'block', reason: 'obligation_conflict', by_default: false });
    expect(verdict.message).toContain(`${expected} cannot`);
    expect(verdict.obligations).toEqual([{ type: 'notify', channels: ['ops'] }]);
    expect(verdict).not.toHaveProperty('demand');
  });
});

describe('what an approval must look like', () => {
  const ask = (id: string, approval: object) => ({ id, action: 'require_approval', approval });

  it('is what satisfies every rule that asks', () => {
    const rules = [
      ask('a', { ttl: '2h', required: 1, approvers: ['sam', 'lee', 'kim'] }),
      ask('b', { ttl: '15m', required: 2, approvers: ['lee', 'sam'] }),
      ask('c', {}),
    ];
    const verdict = bundleOf(rules).evaluate(step);
    expect(verdict.demand).toMatchObject({ ttl_ms: 900_000, required: 2, approvers: ['lee', 'sam'] });
    expect(verdict.demand?.rule_hashes).toEqual(verdict.matched.map(({ hash }) => hash).sort());
  });

  it('defaults to one hour, one person, anyone with the role', () => {
    const verdict = bundleOf([{ id: 'a', action: 'require_approval' }]).evaluate(step);
    expect(verdict.demand).toMatchObject({ ttl_ms: 3_600_000, required: 1, approvers: [] });
  });

  it('blocks where nobody is accepted by all', () => {
    const verdict = bundleOf([ask('a', { approvers: ['sam'] }), ask('b', { approvers: ['lee'] })]).evaluate(
      step,
    );
    expect(verdict).toMatchObject({ action: 'block', reason: 'obligation_conflict' });
    expect(verdict.message).toContain('a, b');
    expect(verdict).not.toHaveProperty('demand');
  });
});

describe('combining: first_match', () => {
  const rules = [
    { id: 'z', match: { tool_name: 'other' }, action: 'allow' },
    { id: 'y', args: { amount: { lt: 100 } }, action: 'allow', obligations: [{ redact: '/to' }] },
    { id: 'x', action: 'block' },
  ];

  it('takes the first rule of the file that matches', () => {
    const verdict = bundleOf(rules, { combining: 'first_match' }).evaluate(step);
    expect(verdict).toMatchObject({
      action: 'allow',
      matched: [{ id: 'y' }],
      obligations: [{ path: '/to' }],
    });
    expect(bundleOf(rules.toReversed(), { combining: 'first_match' }).evaluate(step).action).toBe('block');
  });

  it('still doubts to the safe side, passes shadow rules by, and falls to the default', () => {
    const bundle = bundleOf(rules, { combining: 'first_match' });
    expect(bundle.evaluate(stepView({ arguments: { amount: '1' } })).action).toBe('block');
    const shadowed = bundleOf([{ id: 's', action: 'block', mode: 'shadow' }, ...rules], {
      combining: 'first_match',
    });
    expect(shadowed.evaluate(step)).toMatchObject({ action: 'allow', shadow: [{ id: 's' }] });
    const none = bundleOf([rules[0] ?? {}], { combining: 'first_match' });
    expect(none.evaluate(step)).toMatchObject({ action: 'block', by_default: true });
  });
});

describe('an allow that is in doubt', () => {
  const small = { id: 'small', args: { amount: { lte: 100 } }, action: 'allow' };
  const floor = { id: 'floor', action: 'block', overridable: true };
  const layer = { kind: 'tenant', tenant_id: 'acme' };
  const ids = (rules: object[], args: object, settings: object = {}) =>
    bundleOf(rules, settings)
      .evaluate(stepView({ tenant_id: 'acme', arguments: args as never }))
      .doubtful?.map(({ id, doubt }) => `${id}: ${doubt}`);
  const MISSING = 'small: args./amount lte 100: the argument is missing';

  it.each<[string, object[], object, object, string[] | undefined]>([
    ['is named where it would have allowed', [small], {}, {}, [MISSING]],
    [
      'is named with a wrong type',
      [small],
      { amount: '5' },
      {},
      ['small: args./amount lte 100: it is a string, not a number'],
    ],
    ['is not where it surely does not match', [small], { amount: 500 }, {}, undefined],
    [
      'is not where another condition surely fails',
      [{ ...small, match: { agent_name: 'other' } }],
      {},
      {},
      undefined,
    ],
    ['is not where all is allowed anyway', [small], {}, { default: 'allow' }, undefined],
    ['is not where a block stands', [small, { id: 'no', action: 'block' }], {}, {}, undefined],
    ['is named where it would override that', [{ ...small, overrides: ['floor'] }, floor], {}, {}, [MISSING]],
    [
      'is not where it overrides one of two',
      [{ ...small, overrides: ['floor'] }, floor, { id: 'no', action: 'block' }],
      {},
      {},
      undefined,
    ],
    ['is not on trial', [{ ...small, mode: 'shadow' }], {}, {}, undefined],
    ['is not where the default outranks its layer', [{ ...small, layer }], {}, {}, undefined],
    [
      'is named where the default gives way to its layer',
      [{ ...small, layer }],
      {},
      { default: { action: 'block', overridable: true } },
      [MISSING],
    ],
    [
      'is named where it stands before the first that matches',
      [small, { id: 'no', action: 'block' }],
      {},
      { combining: 'first_match' },
      [MISSING],
    ],
    [
      'is not where it stands behind it',
      [{ id: 'no', action: 'block' }, small],
      {},
      { combining: 'first_match' },
      undefined,
    ],
    [
      'is named with others, up to twenty',
      Array.from({ length: 30 }, (_, index) => ({ ...small, id: `s${String(index).padStart(2, '0')}` })),
      {},
      {},
      Array.from({ length: 20 }, (_, index) =>
        MISSING.replace('small', `s${String(index).padStart(2, '0')}`),
      ),
    ],
  ])('%s', (_name, rules, args, settings, expected) => {
    expect(ids(rules, args, settings)).toEqual(expected);
  });
});

describe('explain', () => {
  it('lists every considered rule and why, without quoting texts of arguments', () => {
    const rules = [
      { id: 'a', args: { amount: { gt: 100 } }, action: 'block' },
      { id: 'b', args: { secret: { eq: 'x' } }, action: 'block' },
      { id: 'c', match: { agent_name: 'other' }, action: 'allow', mode: 'shadow' },
      { id: 'd', action: 'allow' },
      { id: 'e', args: { to: { in_domains: ['acme.example'] } }, action: 'allow' },
      { id: 'f', match: { tool_name: 'other' }, action: 'allow' },
      { id: 'g', match: { tool_name: 'send_*' }, action: 'allow' },
    ];
    const secret = 'eyJhbGciOiJub25lIn0.e30.c2ln';
    const traces = bundleOf(rules).explain(
      stepView({ arguments: { amount: 12, to: 'a@evil.example', secret } }),
    );
    expect(traces).toEqual([
      {
        id: 'a',
        effect: 'block',
        mode: 'enforce',
        matched: false,
        near_miss: true,
        detail: 'args./amount gt 100: no, it is 12',
      },
      {
        id: 'b',
        effect: 'block',
        mode: 'enforce',
        matched: false,
        near_miss: true,
        detail: 'args./secret eq x: no, it is a text of 28 characters',
      },
      {
        id: 'c',
        effect: 'allow',
        mode: 'shadow',
        matched: false,
        near_miss: true,
        detail: 'agent_name in other: no, it is mail_agent',
      },
      {
        id: 'd',
        effect: 'allow',
        mode: 'enforce',
        matched: true,
        detail: 'it asks nothing, so it always matches',
      },
      {
        id: 'e',
        effect: 'allow',
        mode: 'enforce',
        matched: false,
        near_miss: true,
        detail: 'args./to in_domains acme.example: no, it names evil.example',
      },
      { id: 'g', effect: 'allow', mode: 'enforce', matched: true, detail: 'every condition holds' },
    ]);
  });

  it('tells a near miss, which one condition alone kept out, from the rest', () => {
    const rules = [
      { id: 'both', match: { agent_name: 'other' }, args: { amount: { gt: 100 } }, action: 'allow' },
      { id: 'doubt', args: { missing: { gt: 1 } }, action: 'allow' },
      { id: 'one', match: { agent_name: 'mail_agent' }, args: { amount: { gt: 100 } }, action: 'allow' },
      { id: 'two', args: { amount: { gt: 100 }, missing: { gt: 1 } }, action: 'allow' },
    ];
    const traces = bundleOf(rules).explain(stepView({ arguments: { amount: 12 } }));
    expect(traces.flatMap(({ id, near_miss, detail }) => (near_miss ? [[id, detail]] : []))).toEqual([
      ['doubt', 'args./missing gt 1: in doubt, the argument is missing'],
      ['one', 'args./amount gt 100: no, it is 12'],
    ]);
  });

  it('says what is in doubt', () => {
    const [trace] = bundleOf([{ id: 'a', args: { amount: { gt: 1 } }, action: 'block' }]).explain(stepView());
    expect(trace).toMatchObject({
      matched: true,
      detail: 'args./amount gt 1: in doubt, the argument is missing',
    });
  });
});
