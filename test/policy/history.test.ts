import { describe, expect, it } from 'vitest';
import { compileBundle, compileBundleContent } from '../../src/policy/compile.ts';
import type { HistoryCount } from '../../src/policy/past.ts';
import { bundleOf, stepView } from './step-view.ts';

const pay = (history: object, rest: object = {}) => ({
  id: 'r',
  match: { tool_name: 'pay' },
  history: [history],
  action: 'block',
  ...rest,
});
const AGENT_HOUR = { within: 'agent', window: '1h' };

function problemsOf(history: unknown): string[] {
  const rules = [{ match: { tool_name: 'pay' }, history, action: 'block' }];
  const { problems = [] } = compileBundle({ 'policies.yaml': JSON.stringify({ rules }) });
  return problems.map(({ pointer, message }) => `${pointer} ${message}`);
}

/** What a rule says of a step whose past is `counted`. */
function judged(history: object, counted: HistoryCount | undefined, action = 'block') {
  const bundle = bundleOf([pay(history, { action })]);
  const { matched } = bundle.evaluate(
    stepView({ tool_name: 'pay', arguments: { payee: 'Ltd' }, historyOf: () => counted }),
  );
  return matched.length === 0 ? 'no' : matched[0]?.doubt === undefined ? 'yes' : 'doubt';
}

describe('history conditions', () => {
  it.each([
    [{ gte: 2 }, [1, 1], 'no', 'no'],
    [{ gte: 2 }, [2, 2], 'yes', 'yes'],
    [{ gte: 2 }, [1, 2], 'doubt', 'no'],
    [{ gte: 2 }, [2, 9], 'yes', 'yes'],
    [{ gt: 2 }, [2, 2], 'no', 'no'],
    [{ eq: 0 }, [0, 0], 'yes', 'yes'],
    [{ eq: 0 }, [0, 1], 'doubt', 'no'],
    [{ eq: 0 }, [1, 1], 'no', 'no'],
    [{ lt: 3 }, [2, 2], 'yes', 'yes'],
    [{ lt: 3 }, [3, 3], 'no', 'no'],
    [{ lte: 3, gte: 2 }, [2, 3], 'yes', 'yes'],
    [{ lte: 3, gte: 2 }, [1, 4], 'doubt', 'no'],
    [{ gte: 1000 }, [1000, 1000], 'yes', 'yes'],
    [{ lte: 999 }, [1000, 1000], 'no', 'no'],
  ] as const)('count %j of %j: block %s, allow %s', (count, [least, most], block, allow) => {
    expect(judged({ ...AGENT_HOUR, count }, { least, most })).toBe(block);
    expect(judged({ ...AGENT_HOUR, count }, { least, most }, 'allow')).toBe(allow);
  });

  it('asks for one step at least where no count is given', () => {
    expect(judged(AGENT_HOUR, { least: 1, most: 1 })).toBe('yes');
    expect(judged(AGENT_HOUR, { least: 0, most: 0 })).toBe('no');
  });

  it('is in doubt where nobody knows the past', () => {
    expect(judged(AGENT_HOUR, undefined)).toBe('doubt');
    expect(judged(AGENT_HOUR, undefined, 'allow')).toBe('no');
    const bundle = bundleOf([pay(AGENT_HOUR)]);
    expect(bundle.evaluate(stepView({ tool_name: 'pay' })).matched[0]?.doubt).toContain('not known');
  });

  it.each([
    [{}, 'the argument /payee is missing'],
    [{ payee: { $from: 's1' } }, '/payee comes from another step'],
    [{ payee: { name: { $from: 's1' } } }, '/payee comes from another step'],
  ])('is in doubt where the argument to compare is %j', (args, doubt) => {
    const bundle = bundleOf([pay({ ...AGENT_HOUR, same: 'payee' })]);
    const unknown_pointers =
      'payee' in args ? [Object.hasOwn(args.payee, '$from') ? '/payee' : '/payee/name'] : [];
    const step = stepView({
      tool_name: 'pay',
      arguments: args as never,
      unknown_pointers,
      historyOf: () => ({ least: 5, most: 5 }),
    });
    expect(bundle.evaluate(step).matched[0]?.doubt).toContain(doubt);
  });

  it('is not asked where another condition fails', () => {
    const bundle = bundleOf([pay(AGENT_HOUR, { args: { amount: { gt: 10 } } })]);
    const historyOf = () => {
      throw new Error('asked');
    };
    const step = stepView({ tool_name: 'pay', arguments: { amount: 5 }, historyOf });
    expect(bundle.evaluate(step).matched).toEqual([]);
  });

  it.each([
    ['an unknown key', [{ ...AGENT_HOUR, tool: 'pay' }], 'unknown key `tool`'],
    ['no scope', [{ window: '1h' }], '`within` is missing'],
    ['an unknown scope', [{ within: 'user', window: '1h' }], 'must be one of trace, session, agent, tenant'],
    ['no window for an agent', [{ within: 'agent' }], '`window` is missing'],
    ['a window that is none', [{ within: 'agent', window: '1 hour' }], 'not a duration'],
    ['too long a window', [{ within: 'agent', window: '31d' }], 'not a duration'],
    ['a count of nothing', [{ ...AGENT_HOUR, count: {} }], 'every count satisfies this'],
    ['a count that always holds', [{ ...AGENT_HOUR, count: { gte: 0 } }], 'every count satisfies this'],
    ['a count that never holds', [{ ...AGENT_HOUR, count: { gt: 3, lt: 4 } }], 'no count satisfies this'],
    ['counting beyond the end', [{ ...AGENT_HOUR, count: { gt: 1000 } }], 'nobody counts beyond 1000'],
    ['an upper bound at the end', [{ ...AGENT_HOUR, count: { lte: 1000 } }], 'nobody counts beyond 1000'],
    ['half a step', [{ ...AGENT_HOUR, count: { gte: 1.5 } }], 'int'],
    ['a level that is none', [{ ...AGENT_HOUR, sensitivity_level: [] }], 'could never match'],
    ['no pointer', [{ ...AGENT_HOUR, same: [] }], 'small'],
    ['a pointer that is none', [{ ...AGENT_HOUR, same: ['/a~2'] }], 'not an argument'],
    ['too many', Array.from({ length: 9 }, () => AGENT_HOUR), 'big'],
  ])('refuses %s', (_what, history, message) => {
    expect(problemsOf(history).join('\n')).toContain(message);
  });

  it('refuses a bundle that asks too many different things', () => {
    const rules = Array.from({ length: 201 }, (_, index) => ({
      ...pay({ within: 'agent', window: `${index + 1}m` }),
      id: `r${index}`,
    }));
    const { problems = [] } = compileBundle({ 'policies.yaml': JSON.stringify({ rules }) });
    expect(problems[0]?.message).toContain('more than 200 different things');
    expect(
      compileBundle({ 'policies.yaml': JSON.stringify({ rules: rules.slice(1) }) }).problems,
    ).toBeUndefined();
  });

  it('warns of a tool that nobody has', () => {
    const rules = [pay({ ...AGENT_HOUR, tool_name: ['vault.raed'] })];
    const capabilities = { c: { tools: ['pay', 'vault.read'] } };
    const { warnings = [] } = compileBundle({
      'policies.yaml': JSON.stringify({ rules }),
      'capabilities.yaml': JSON.stringify({ capabilities }),
    });
    expect(warnings).toMatchObject([
      { pointer: '/rules/0/history/0/tool_name', hint: 'did you mean vault.read?' },
    ]);
  });

  it('has one form for equal meanings', () => {
    const versions = [
      { ...AGENT_HOUR, tool_name: 'pay', same: 'payee', count: { gt: 2 } },
      {
        within: 'agent',
        window: '60m',
        tool_name: ['pay'],
        same: ['/payee'],
        decision: 'allow',
        count: { gte: 3 },
      },
    ].map((history) => bundleOf([pay(history)]).version);
    expect(new Set(versions).size).toBe(1);
  });

  it('reads its own content again as the same bundle', () => {
    const bundle = bundleOf([pay({ ...AGENT_HOUR, tool_name: 'pay', new: 'payee', count: { eq: 2 } })]);
    const again = compileBundleContent(bundle.content).bundle;
    expect(again?.version).toBe(bundle.version);
    expect(again?.history.map(({ key }) => key)).toEqual(bundle.history.map(({ key }) => key));
  });

  it('leaves the version of a bundle without history as it was', () => {
    expect(bundleOf([{ id: 'r', action: 'block' }]).content['rules']).toEqual([
      expect.not.objectContaining({ history: expect.anything() }),
    ]);
  });

  it('asks by tool, and shares what rules ask alike', () => {
    const bundle = bundleOf([
      pay({ ...AGENT_HOUR, tool_name: 'pay', count: { gte: 3 } }, { id: 'a' }),
      pay({ ...AGENT_HOUR, tool_name: 'pay', count: { gte: 9 } }, { id: 'b', action: 'allow' }),
      { id: 'c', match: { tool_name: 'mail.*' }, history: [{ within: 'trace', new: 'to' }], action: 'block' },
      { id: 'd', action: 'allow' },
    ]);
    expect(bundle.historyOf('pay')).toHaveLength(1);
    expect(bundle.historyOf('mail.send')).toMatchObject([{ new: ['/to'], seenBefore: { same: ['/to'] } }]);
    expect(bundle.historyOf('other')).toEqual([]);
    expect(bundle.history).toHaveLength(3);
  });
});
