import { describe, expect, it } from 'vitest';
import { compareBundles } from '../../src/evaluation/compare-bundles.ts';
import type { Bundle } from '../../src/policy/bundle.ts';
import { compileBundle, type PolicyFiles } from '../../src/policy/compile.ts';

type Written = Record<string, unknown>;
type Side = { rules?: Written[]; tools?: unknown[]; layer?: Written; head?: Written };

function bundleOf({ rules = [], tools = ['free', 'pay'], layer, head = {} }: Side): Bundle {
  const files: PolicyFiles = {
    'policies.yaml': JSON.stringify({ default: 'block', ...head, rules }),
    'capabilities.yaml': JSON.stringify({ capabilities: { cap_all: { tools } } }),
    ...(layer !== undefined && { 'layers/t1.yaml': JSON.stringify(layer) }),
  };
  const { bundle, problems } = compileBundle(files);
  if (bundle === undefined) throw new Error(JSON.stringify(problems));
  return bundle;
}

const all = { id: 'g', match: { tool_name: '*' }, action: 'allow' };
const pay = { id: 'g', match: { tool_name: 'pay' }, action: 'allow' };
const block = (more: Written, match: Written = {}) => ({
  ...{ id: 'b', match: { tool_name: 'pay', ...match }, action: 'block' },
  ...more,
});
const gone = (more: Written, match: Written = {}): [Side, Side] => [
  { rules: [pay, block(more, match)] },
  { rules: [pay] },
];
const payWith = (properties: Written): unknown[] => [
  'free',
  {
    name: 'pay',
    parameters: {
      type: 'object',
      required: ['iban', 'amount'],
      properties: { amount: { type: 'integer', minimum: 1 }, ...properties },
      additionalProperties: false,
    },
  },
];
const layer = (rules: Written[]) => ({ layer: 'tenant', tenant_id: 't1', rules });
const past = (gte: number) => [{ within: 'agent', window: '1h', tool_name: 'pay', count: { gte } }];
const many = ['zz', ...Array.from({ length: 30 }, (_, index) => `tool${index}`)];
const onlyZz = { id: 'g', match: { tool_name: 'zz' }, action: 'allow' };
const external = { provenance: { lowest_trust: { at_most: 'external' } } };

const LOOSENED: [string, Side, Side][] = [
  [
    'a layer that loses a block',
    { rules: [all], layer: layer([{ id: 't1.pay', match: { tool_name: 'pay' }, action: 'block' }]) },
    { rules: [all], layer: layer([]) },
  ],
  [
    'a layer that raises a limit',
    { rules: [all], layer: layer([{ ...block({ args: { n: { gt: 5 } } }), id: 't1.b' }]) },
    { rules: [all], layer: layer([{ ...block({ args: { n: { gt: 5000 } } }), id: 't1.b' }]) },
  ],
  ...[
    { iban: { type: 'string', pattern: '^[A-Z]{2}[0-9]{4}$' }, memo: { type: 'string' } },
    { iban: { type: 'string', pattern: '^DE[0-9]{4}(X|Y)$' }, kind: { enum: ['a', 'b'] } },
    { iban: { type: 'string', format: 'uuid' } },
  ].map((properties, index): [string, Side, Side] => [
    `a limit gone beside an argument that has a form (${index})`,
    { rules: [pay, block({ args: { amount: { gt: 100 } } })], tools: payWith(properties) },
    { rules: [pay], tools: payWith(properties) },
  ]),
  [
    'a block of many tools',
    { rules: [onlyZz, { id: 'b', action: 'block' }], tools: many },
    { rules: [onlyZz], tools: many },
  ],
  ['a block of all modes but one', ...gone({}, { runtime_mode: { not_in: ['air_gapped'] } })],
  ['a block of every mode', ...gone({}, { runtime_mode: ['*'] })],
  ['a block of all names but some', ...gone({}, { agent_name: { not_in: ['some*'] } })],
  [
    'a block of all names but those that are tried for any other',
    ...gone({}, { agent_name: { not_in: ['some-other-name', 'some-agent', 'some-other-name-1'] } }),
  ],
  [
    'a block of a pattern that only some names of another fit',
    {
      rules: [
        { ...pay, match: { tool_name: 'pay', agent_name: 'fin*' } },
        block({}, { agent_name: '*ance' }),
      ],
    },
    { rules: [{ ...pay, match: { tool_name: 'pay', agent_name: 'fin*' } }] },
  ],
  [
    'one name less of several findings',
    { rules: [all, block({}, { findings: { category: ['instruction_override', 'secret'] } })] },
    { rules: [all, block({}, { findings: { category: ['instruction_override'] } })] },
  ],
  [
    'a schema without a bound',
    {
      rules: [pay],
      tools: [
        {
          name: 'pay',
          parameters: {
            type: 'object',
            properties: { amount: { type: 'number', maximum: 100 } },
            additionalProperties: false,
          },
        },
      ],
    },
    { rules: [pay], tools: ['pay'] },
  ],
  [
    'the output of a tool that is trusted now',
    { rules: [all, block({}, external)], tools: ['pay', { name: 'free', output_trust: 'unverified' }] },
    { rules: [all, block({}, external)], tools: ['pay', { name: 'free', output_trust: 'trusted' }] },
  ],
  [
    'a count that is higher',
    { rules: [pay, block({ history: past(2) })] },
    { rules: [pay, block({ history: past(900) })] },
  ],
  ['a number of steps', ...gone({ when: 'plan.step_count > 3' })],
  ['steps with a tool', ...gone({ when: 'plan.steps.filter(s, s.tool_name == "pay").size() > 3' })],
  [
    'a step beside it',
    { rules: [all, block({ when: 'plan.steps.exists(s, s.tool_name == "free")' })] },
    { rules: [all] },
  ],
  ['a tenant by expression', ...gone({ when: 'agent.tenant_id == "acme"' })],
  ['an hour of the day', ...gone({ when: 'now.getHours() >= 20' })],
  ['a month', ...gone({ when: 'now.getMonth() == 11' })],
  ['a day of the week', ...gone({ when: 'now.getDayOfWeek() == 6' })],
  [
    'an argument that is null',
    { rules: [pay, block({ args: { note: { exists: false } } })] },
    { rules: [pay, block({ args: { note: { mentions: ['zz'] } } })] },
  ],
  [
    'what flows into an argument',
    {
      rules: [
        { ...pay, taint: { to: { at_least: 'internal' } } },
        block({ taint: { body: { at_most: 'external' } } }),
      ],
    },
    { rules: [{ ...pay, taint: { to: { at_least: 'internal' } } }] },
  ],
  ['an approval of fewer people', ...approvals({ required: 2 }, { required: 1 })],
  ['an approval of anybody', ...approvals({ approvers: ['lee', 'sam'] }, {})],
  ['an approval that lasts longer', ...approvals({ ttl: '1h' }, { ttl: '2h' })],
  ['a redaction gone', ...obligations([{ redact: '/x' }], [])],
  ['a cap gone', ...obligations([{ cap: { '/amount': 10 } }], [])],
  ['a higher cap', ...obligations([{ cap: { '/amount': 10 } }], [{ cap: { '/amount': 11 } }])],
  ['a permit that may be used more often', ...obligations([{ max_uses: 1 }], [{ max_uses: 2 }])],
  ['a permit that lasts longer', ...obligations([{ ttl: '1m' }], [{ ttl: '2m' }])],
];

function approvals(before: Written, after: Written): [Side, Side] {
  const rule = (approval: Written) => ({ ...pay, action: 'require_approval', approval });
  return [{ rules: [rule(before)] }, { rules: [rule(after)] }];
}

function obligations(before: unknown[], after: unknown[]): [Side, Side] {
  const rule = (asked: unknown[]) => ({ ...pay, obligations: asked });
  return [{ rules: [rule(before)] }, { rules: [rule(after)] }];
}

describe('a loosening', () => {
  it.each(LOOSENED)('has a plan that shows it: %s', (_, a, b) => {
    const [before, after] = [bundleOf(a), bundleOf(b)];
    const { search, unknown } = compareBundles(before, after);
    expect(search.witnesses.map(({ effect }) => effect)).toContain('loosened');
    expect(unknown.loosened).toEqual([]);
  });

  it.each(LOOSENED)('is suspected where the search finds nothing: %s', (_, a, b) => {
    const { unknown } = compareBundles(bundleOf(a), bundleOf(b), { isOver: () => true });
    expect(unknown.loosened).not.toEqual([]);
  });
});

/** Whether arguments fit, too, is told apart by no value that could stand for all others. */
const closed = (schema: Written) => [{ name: 'pay', parameters: { type: 'object', ...schema } }];
const patterns = { patternProperties: { '^x': { type: 'number' } }, additionalProperties: false };

const NOT_RULED_OUT: [string, Side, Side][] = [
  ...[
    'step.step_id.startsWith("evil")',
    'size(step.step_id) > 20',
    'size(step.source_types) > 2',
    'step.source_types == ["skill"]',
    'size(args) > 3',
    'args == {"a": 1.0}',
    'step.capability == "cap_all" && step.step_id != "s1"',
  ].map((when): [string, Side, Side] => [`an expression gone: ${when}`, ...gone({ when })]),
  ['a cap that becomes a redaction', ...obligations([{ cap: { '/amount': 10 } }], [{ redact: '/amount' }])],
  [
    'a member that no pattern of names let through',
    { rules: [pay], tools: closed(patterns) },
    { rules: [pay], tools: closed({ ...patterns, properties: { secret: {} } }) },
  ],
];

it.each(NOT_RULED_OUT)('what is never tried whole is not ruled out: %s', (_, a, b) => {
  const { search, unknown } = compareBundles(bundleOf(a), bundleOf(b));
  const isShown = search.witnesses.some(({ effect }) => effect === 'loosened');
  expect(isShown || unknown.loosened.length > 0).toBe(true);
  expect(search.exhaustive).toBe(false);
});

it('takes no change for shown as a whole where the time was over', () => {
  const [before, after] = [{ rules: [pay, block({ args: { amount: { gt: 5 } } })] }, { rules: [pay] }];
  const changesIn = (found: ReturnType<typeof compareBundles>) =>
    found.in_part.loosened.map(({ change }) => change);
  const whole = compareBundles(bundleOf(before), bundleOf(after));
  let asked = 0;
  // Over as soon as something is found: everything is asked for again until then.
  const count = (most: number) => {
    asked = 0;
    return compareBundles(bundleOf(before), bundleOf(after), {
      isOver: () => {
        asked += 1;
        return asked > most;
      },
    });
  };
  const early = Array.from({ length: 200 }, (_, most) => most)
    .map(count)
    .find(({ unknown }) => unknown.loosened.length === 0);
  expect(early?.search.ended_by).toBe('time');
  expect([changesIn(whole), early && changesIn(early)]).toEqual([[], ['rule b']]);
});
