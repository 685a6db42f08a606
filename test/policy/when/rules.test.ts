import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/json/value.ts';
import type { Action } from '../../../src/policy/bundle.ts';
import { compileBundle, compileBundleContent } from '../../../src/policy/compile.ts';
import { bundleOf as compiledFrom, decidePlan, factsFor, planOf } from '../../decision/deciding.ts';
import { bundleOf, stepView } from '../step-view.ts';

const judge = (action: Action, when: string, args: JsonObject, unknown: string[] = []) =>
  bundleOf([{ id: 'r', when, action }]).evaluate(stepView({ arguments: args, unknown_pointers: unknown }));

describe('a rule whose `when` is in doubt', () => {
  const cases: [why: string, when: string, args: JsonObject, unknown?: string[]][] = [
    ['an argument is missing', 'args.x > 1', {}],
    ['an argument is of another type', 'args.x > 1', { x: '5000' }],
    ['an argument is null', 'args.x == "a"', { x: null }],
    ['a text stands for a number', 'args.x == 5', { x: '5' }],
    ['a number is divided by zero', '1 / int(args.x) == 1', { x: 0 }],
    ['the answer is no bool', 'args.x', { x: 'true' }],
    ['another step provides the value', 'args.x == "a"', { x: { $from: 's0' } }, ['/x']],
    ['a list is too long', 'args.x.all(y, y > 0)', { x: Array(1_001).fill(1) }],
    ['it takes too many steps', 'args.x.all(y, args.x.all(z, y == z))', { x: Array(200).fill(1) }],
  ];
  it.each(cases)('restricts and never allows: %s', (_, when, args, unknown) => {
    for (const action of ['block', 'require_approval'] as const) {
      const { matched, by_default } = judge(action, when, args, unknown);
      expect(matched).toMatchObject([{ effect: action, doubt: expect.stringContaining(`when ${when}: `) }]);
      expect(by_default).toBe(false);
    }
    expect(judge('allow', when, args, unknown)).toMatchObject({ matched: [], by_default: true });
  });

  it('never quotes a text of the arguments', () => {
    const secret = 'hunter2-hunter2';
    for (const [, when] of cases) {
      const said = JSON.stringify([
        judge('block', when, { x: secret }),
        judge('block', when, { x: [secret, { [secret]: secret }] }),
        bundleOf([{ id: 'r', when, action: 'block' }]).explain(stepView({ arguments: { x: secret } })),
      ]);
      expect(said).not.toContain('hunter2');
    }
  });
});

describe('an explanation', () => {
  const explained = (when: string, args: JsonObject, step = {}) =>
    bundleOf([{ id: 'r', when, action: 'block' }]).explain(stepView({ arguments: args, ...step }))[0]?.detail;

  it('tells what the condition saw', () => {
    expect(explained('args.amount > 1000 && agent.agent_id != "x"', { amount: 12 })).toBe(
      'when args.amount > 1000 && agent.agent_id != "x": no, args.amount is 12, agent.agent_id is agent-1',
    );
    expect(explained('args.to.exists(t, t == args.me) || has(args.cc)', { to: ['a'], me: 'bob' })).toBe(
      'when args.to.exists(t, t == args.me) || has(args.cc): no, args.to is a list of 1, args.me is a text of 3 characters, args.cc is missing',
    );
    expect(
      explained('args.deep.on && now < timestamp("2026-01-01T00:00:00Z")', { deep: { on: true } }),
    ).toContain('no, args.deep.on is true, now is a timestamp');
  });

  it('says that it holds, or why it is in doubt', () => {
    expect(explained('args.amount > 1000', { amount: 1001 })).toBe('every condition holds');
    expect(explained('args.amount > 1000', {})).toBe(
      'when args.amount > 1000: in doubt, `args.amount` is missing',
    );
  });
});

describe('`when` in a bundle', () => {
  const text = (when: string) => `rules:\n  - id: r\n    when: ${when}\n    action: block\n`;
  const compile = (when: string) => {
    const { bundle } = compileBundle({ 'policies.yaml': text(when) });
    if (bundle === undefined) throw new Error(`${when} does not compile`);
    return bundle;
  };

  it('is part of the version and of the hash of its rule; blanks around it are not', () => {
    const [one, other, same] = [compile('args.x > 1'), compile('args.x > 2'), compile('"  args.x > 1  "')];
    expect(other.version).not.toBe(one.version);
    expect(same.version).toBe(one.version);
    const hashOf = (bundle: typeof one) => bundle.evaluate(stepView()).matched[0]?.hash;
    expect(hashOf(other)).not.toBe(hashOf(one));
  });

  it('is the same when a recorded bundle is compiled again', () => {
    const bundle = compile('args.x.exists(y, y > 1.5 && agent.agent_name == "mail_agent")');
    const { bundle: again } = compileBundleContent(bundle.content);
    expect(again?.version).toBe(bundle.version);
    for (const x of [[1, 2], [1], 'x', null] as JsonValue[]) {
      const step = stepView({ arguments: { x } });
      expect(again?.evaluate(step)).toEqual(bundle.evaluate(step));
      expect(again?.explain(step)).toEqual(bundle.explain(step));
    }
  });

  it('is refused again when a recorded bundle holds one that this version does not know', () => {
    const content = { rules: [{ id: 'r', when: 'args.x > y', action: 'block' }] };
    expect(compileBundleContent(content).problems).toMatchObject([
      { pointer: '/rules/0/when', message: 'there is no `y` (character 10 of the text)' },
    ]);
  });
});

describe('the answer of a condition', () => {
  const conditions = [
    'args.all(k, args[k] > 1)',
    'args.exists(k, args[k] == "x")',
    'args.map(k, args[k]) == [1.0, 2.0]',
    'args.filter(k, args[k] > 1).size() == 1',
    'args == {"a": 1, "b": 2}',
    'args.b.c == 1 || args.a > 1',
  ].map((when) => bundleOf([{ id: 'r', when, action: 'block' }]));

  it('does not depend on the order in which members were sent', () => {
    const value = fc.oneof(fc.nat(3), fc.constantFrom('x', null), fc.record({ c: fc.nat(1) }));
    const members = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), value), {
      selector: ([key]) => key,
      minLength: 1,
    });
    fc.assert(
      fc.property(members, fc.nat(), (entries, seed) => {
        const turned = entries.map(
          (_, index) => entries[(index + seed) % entries.length] as (typeof entries)[number],
        );
        const [one, other] = [entries, turned.reverse()].map((some) =>
          stepView({ arguments: Object.fromEntries(some) }),
        );
        for (const bundle of conditions)
          expect(bundle.evaluate(one as never)).toEqual(bundle.evaluate(other as never));
      }),
    );
  });
});

describe('a whole plan', () => {
  const capabilities = JSON.stringify({
    capabilities: {
      cap_mail: { tools: ['send_email', { name: 'read_web', output_trust: 'external' }] },
    },
  });
  const decide = (when: string, steps: object[], findings: object[] = []) => {
    const bundle = compiledFrom(
      JSON.stringify({
        default: 'allow',
        rules: [{ id: 'r', match: { tool_name: 'send_email' }, when, action: 'block' }],
      }),
      capabilities,
    );
    const plan = planOf({ agent: { agent_id: 'agent-finance-01' }, environment: 'prod', steps });
    const facts = factsFor(plan, bundle, {
      guard: { verdict: 'flag', findings: findings as never, partial: false },
    });
    return decidePlan(plan, facts, bundle).steps.map(
      ({ decision, matched_rules }) => matched_rules[0]?.doubt ?? decision,
    );
  };
  const read = { step_id: 's1', tool_name: 'read_web', arguments: { url: 'https://a.example' } };
  const send = { step_id: 's2', tool_name: 'send_email', arguments: { to: 'x', body: { $from: 's1' } } };

  it.each([
    ['plan.steps.exists(s, s.tool_name == "read_web")', ['allow', 'block']],
    ['plan.steps.exists(s, s.tool_name == "delete_all")', ['allow', 'allow']],
    ['plan.step_count > 1 && plan.environment == "prod"', ['allow', 'block']],
    ['step.step_id == "s2" && step.lowest_trust == "unverified"', ['allow', 'block']],
    ['plan.steps[0].arguments.url.startsWith("https:")', ['allow', 'block']],
    [
      'args.body.contains("x")',
      ['allow', 'when args.body.contains("x"): `args.body` comes from another step and is not known yet'],
    ],
    [
      'plan.steps.exists(s, has(s.arguments.body) && s.arguments.body == "x")',
      ['allow', expect.stringContaining('`s.arguments.body` comes from another step and is not known yet')],
    ],
    ['now > timestamp("2026-11-02T00:00:00Z") && agent.tenant_id == "acme-corp"', ['allow', 'block']],
  ])('%s', (when, expected) => {
    expect(decide(when, [read, send])).toEqual(expected);
  });
});
