import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json/value.ts';
import type { StepView } from '../../../src/policy/bundle.ts';
import { answerOf } from './judging.ts';

const doubt = (doubt: string) => ({ doubt });

describe('a condition', () => {
  const args: JsonObject = {
    n: 5,
    half: 0.5,
    s: 'Straße',
    yes: true,
    none: null,
    list: [1, 2, 3],
    names: ['ann', 'bob'],
    deep: { a: { b: 'x' } },
    people: [{ age: 17 }, { age: 40 }],
    total: 100,
    zero: 0,
    huge: 1e200,
    five: '5',
    mixed: ['6', 7],
    withNull: [1, null],
    empty: {},
    objects: { 1: 2 },
  };
  it.each([
    // Numbers: JSON numbers are doubles, integers of the rule are exact.
    ['args.n > 4', 'holds'],
    ['args.n >= 5 && args.n <= 5 && !(args.n < 5)', 'holds'],
    ['args.n == 5 && 5 == args.n && args.n != 4', 'holds'],
    ['args.n == 5.0', 'holds'],
    ['args.half * 4.0 == 2', 'holds'],
    ['int(args.n) % 2 == 1', 'holds'],
    ['-args.n == -5', 'holds'],
    ['args.n / 2.0 == 2.5', 'holds'],
    ['7 / 2 == int(args.n) - 2', 'holds'],
    // Texts.
    ['args.s.startsWith("Str") && args.s.endsWith("ße") && args.s.contains("aß")', 'holds'],
    ['args.s.size() == 6 && size(args.s) == 6', 'holds'],
    ['args.s.lowerAscii() == "straße" && args.s.upperAscii() == "STRAßE"', 'holds'],
    ['args.s.matches("^S.*e$") && !matches(args.s, "z")', 'holds'],
    ['args.s + "!" == "Straße!"', 'holds'],
    ['"a" < "b" && args.s > "S"', 'holds'],
    ['"\\uffff" < "\\U0001F600" && args.s != ""', 'holds'],
    // Lists, objects, loops.
    ['args.n in [1, 5] && !(args.n in [1, 2])', 'holds'],
    ['"ann" in args.names && !("eve" in args.names)', 'holds'],
    ['"deep" in args && !("deeper" in args)', 'holds'],
    ['args.list[0] == 1 && args.deep["a"].b == "x"', 'holds'],
    ['args.list == [1, 2, 3] && args.list != [1, 2]', 'holds'],
    ['args.deep == {"a": {"b": "x"}}', 'holds'],
    ['args.list.all(x, x > 0) && args.list.exists(x, x == 2) && args.list.exists_one(x, x > 2)', 'holds'],
    ['args.people.filter(p, p.age > 18).map(p, p.age) == [40]', 'holds'],
    ['args.people.map(p, p.age > 18, p.age) == [40]', 'holds'],
    ['args.deep.all(k, k == "a")', 'holds'],
    ['args.names.all(a, args.list.exists(i, double(size(a)) == i))', 'holds'],
    ['args.none == null && [].all(x, x) && ![].exists(x, x)', 'holds'],
    ['args.yes ? args.n > 4 : args.missing', 'holds'],
    ['{1: "a"}[args.n - 4.0] == "a"', 'holds'],
    // What is there.
    ['has(args.n) && !has(args.missing) && !has(args.deep.c)', 'holds'],
    ['args.none == null && args.n != null', 'holds'],
    ['has(args.none)', 'holds'],
    // Doubt, unless something else settles the answer.
    ['args.missing > 4', doubt('`args.missing` is missing')],
    ['args.deep.c.d == 1', doubt('`args.deep.c` is missing')],
    ['args.n.x == 1', doubt('`args.n` is a number, not an object')],
    ['args.list[3] == 1', doubt('`args.list[3]` is missing')],
    ['args.list[args.half] == 1', doubt('`args.list[args.half]` is missing')],
    ['args.deep["z"] == 1', doubt('`args.deep["z"]` is missing')],
    ['args.s > 4', doubt('`args.s > 4` compares a string with an int')],
    ['args.s == 5', doubt('`args.s == 5` compares a string with an int')],
    ['args.s != 5', doubt('`args.s != 5` compares a string with an int')],
    ['args.s in [5, 6]', doubt('`args.s in [5, 6]` compares a string with an int')],
    ['args.none == "x"', doubt('`args.none == "x"` compares null with a string')],
    ['args.total / args.zero > 100.0', doubt('`args.total / args.zero` divides by zero')],
    ['args.zero / args.zero == args.n', doubt('`args.zero / args.zero` divides by zero')],
    ['args.huge * args.huge > 1', doubt('`args.huge * args.huge` is beyond the numbers that can be told')],
    ['args.n in {"5": true}', doubt('`args.n in {"5": true}` compares a number with a string')],
    ['!(args.n in {"5": true})', doubt('`args.n in {"5": true}` compares a number with a string')],
    ['args.five in {5: true}', doubt('`args.five in {5: true}` compares a string with an int')],
    ['args.n in {5: true}', 'holds'],
    ['args.n in {6: true}', 'fails'],
    ['args.n in args.deep', doubt('`args.n in args.deep` compares a number with a string')],
    ['args.n in args.empty', 'fails'],
    ['args.withNull == [1, 2]', doubt('`args.withNull == [1, 2]` compares null with an int')],
    ['args.withNull == [1, null]', 'holds'],
    ['args.withNull == [2, null]', 'fails'],
    ['args.list == [1, null]', 'fails'],
    ['{"a": args.none} == {"a": 1}', doubt('`{"a": args.none} == {"a": 1}` compares null with an int')],
    ['{"a": args.n} == {"a": null}', 'fails'],
    ['args.n in [null, 6]', 'fails'],
    // One element of the right kind beside it does not make another kind a sure difference.
    ['6 in args.mixed', doubt('`6 in args.mixed` compares an int with a string')],
    ['!("7" in args.mixed)', doubt('`"7" in args.mixed` compares a string with a number')],
    ['7 in args.mixed', 'holds'],
    ['3 in args.withNull', doubt('`3 in args.withNull` compares an int with null')],
    ['7 in {args.s: 1, args.yes: 2}', doubt('`7 in {args.s: 1, args.yes: 2}` compares an int with a string')],
    [
      '"7" in {args.s: 1, args.yes: 2}',
      doubt('`"7" in {args.s: 1, args.yes: 2}` compares a string with a bool'),
    ],
    ['[args.none] in [[1]]', doubt('`[args.none] in [[1]]` compares null with an int')],
    ['args.none == (args.yes ? null : 1)', 'holds'],
    ['args.objects == {1: 2}', doubt('`args.objects == {1: 2}` compares a string with an int')],
    ['args.none > 4', doubt('`args.none > 4` compares null with an int')],
    ['args.yes + 1.0 > 2', doubt('`args.yes + 1.0` does not take a bool and a number')],
    ['args.n', doubt('`args.n` is a number, not a bool')],
    ['args.n && args.yes', doubt('`args.n` is a number, not a bool')],
    ['!args.s', doubt('`args.s` is a string, not a bool')],
    ['args.n ? true : args.yes', doubt('`args.n` is a number, not a bool')],
    ['args.n.contains("x")', doubt('`args.n.contains("x")` does not take a number and a string')],
    ['args.n.matches("x")', doubt('`args.n` is a number, not a string')],
    ['args.n.all(x, x)', doubt('`args.n` is a number, not a list or an object')],
    ['"x" in args.n', doubt('`args.n` is a number, not a list or an object')],
    ['1 / (int(args.n) - 5) == 1', doubt('`1 / (int(args.n) - 5)` divides by zero')],
    ['timestamp(args.s) < now', doubt('`timestamp(args.s)` is no point in time of RFC 3339')],
    ['int(args.s) == 1', doubt('`int(args.s)` is no integer of 64 bits')],
    ['args.people.all(p, p.name == "x")', doubt('`p.name` is missing')],
    ['args.list.exists_one(x, x == "1" || x > 2)', doubt('`x == "1"` compares a number with a string')],
    ['args.list.map(x, x.y) == [1]', doubt('`x` is a number, not an object')],
    ['args.missing > 4 || args.n == 5', 'holds'],
    ['args.n == 5 || args.missing > 4', 'holds'],
    ['args.missing > 4 && args.n == 6', 'fails'],
    ['args.missing.matches("a") && args.n == 6', 'fails'],
    ['args.missing.matches("a") || args.n == 5', 'holds'],
    ['args.missing.matches("a") && args.gone == 5', doubt('`args.missing` is missing')],
    ['args.missing.matches("a") || args.gone == 5', doubt('`args.missing` is missing')],
    ['args.n.matches("a") && size(args.list) == 3', doubt('`args.n` is a number, not a string')],
    ['size(args.list) > 2 && size(args.list) <= 3 && size(args.list) < 3.5', 'holds'],
    ['args.missing > 4 && args.n == 5', doubt('`args.missing` is missing')],
    ['args.people.exists(p, p.name == "x" || p.age == 40)', 'holds'],
    ['args.people.all(p, p.name == "x" && p.age == 40)', 'fails'],
    ['has(args.missing) && args.missing > 4', 'fails'],
    ['args.yes ? args.n == 5 : args.missing > 1', 'holds'],
    ['args.n == 4', 'fails'],
  ])('%s', (when, expected) => {
    expect(answerOf(when, args)).toEqual(expected);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', 'length'])(
    'never reaches a prototype by `%s`',
    (name) => {
      for (const path of [`args.${name}`, `args.list.${name}`, `args.s.${name}`, `args.deep["${name}"]`]) {
        expect(answerOf(`${path} != null`, args)).toMatchObject({
          doubt: expect.stringMatching(/missing|not an object/),
        });
      }
      expect(answerOf(`has(args.${name})`, args)).toBe('fails');
      expect(answerOf(`"${name}" in args`, args)).toBe('fails');
    },
  );

  it('reads a member of any name that the arguments do have', () => {
    const odd = JSON.parse('{"constructor": "a", "__proto__": "b", "length": 3}') as JsonObject;
    expect(answerOf('args.constructor == "a" && args["__proto__"] == "b" && args.length == 3', odd)).toBe(
      'holds',
    );
    expect(answerOf('args.exists(k, k == "__proto__") && size(args) == 3', odd)).toBe('holds');
  });
});

describe('what a condition sees', () => {
  const other = {
    step_id: 's0',
    tool_name: 'read_web',
    lowest_trust: 'external',
    arguments: { q: 'x' },
    unknown_pointers: [],
  } as const;
  const step: Partial<StepView> = {
    step_id: 's2',
    agent_type: 'assistant',
    tenant_id: 'acme',
    environment: 'prod',
    session_id: 'chat-1',
    runtime_mode: 'gateway',
    capability: 'cap_x',
    sensitivity_level: 'high',
    lowest_trust: 'external',
    source_types: ['user_prompt', 'memory'],
    findings: [
      { detector: 'secret.key', category: 'secret', severity: 'high', message: 'm', start: 0, end: 1 },
      {
        detector: 'override.ignore_previous',
        category: 'instruction_override',
        severity: 'low',
        message: 'm',
        start: 0,
        end: 1,
      },
    ],
    plan: () => ({
      metadata: { team: 'red', level: 3, ticket: { id: 'T-1' }, tags: ['a'], n: null, constructor_: 1 },
      steps: [
        other,
        {
          step_id: 's2',
          tool_name: 'free',
          lowest_trust: 'external',
          arguments: { t: { $from: 's0' } },
          unknown_pointers: ['/t'],
        },
      ],
    }),
  };
  it.each([
    ['step.step_id == "s2" && step.tool_name == "free" && step.capability == "cap_x"', 'holds'],
    ['step.sensitivity_level in ["high", "critical"] && step.lowest_trust == "external"', 'holds'],
    ['"memory" in step.source_types', 'holds'],
    [
      'agent.agent_id == "agent-1" && agent.agent_name == "mail_agent" && agent.agent_type == "assistant"',
      'holds',
    ],
    ['agent.tenant_id == "acme" && agent.runtime_mode == "gateway"', 'holds'],
    ['plan.environment == "prod" && plan.session_id == "chat-1" && plan.step_count == 2', 'holds'],
    ['plan.metadata.team == "red" && plan.metadata.level > 2 && "a" in plan.metadata.tags', 'holds'],
    ['plan.metadata["ticket"].id == "T-1" && "team" in plan.metadata', 'holds'],
    ['has(plan.metadata) && !has(plan.metadata.missing) && !has(plan.metadata.constructor)', 'holds'],
    ['plan.metadata.team == "blue"', 'fails'],
    ['plan.metadata.missing == "x"', doubt('`plan.metadata.missing` is missing')],
    ['has(plan.metadata.missing.deeper)', doubt('`plan.metadata.missing` is missing')],
    ['plan.metadata.level == "3"', doubt('`plan.metadata.level == "3"` compares a number with a string')],
    ['plan.steps.exists(s, s.tool_name.startsWith("read_") && s.arguments.q == "x")', 'holds'],
    [
      'plan.steps[1].arguments.t == "x"',
      doubt('`plan.steps[1].arguments.t` comes from another step and is not known yet'),
    ],
    ['plan.steps[0].sensitivity_level == "low"', doubt('`plan.steps[0].sensitivity_level` is missing')],
    ['findings.exists(f, f.category == "secret" && f.severity in ["high", "critical"])', 'holds'],
    ['findings[0].detector == "override.ignore_previous" && size(findings) == 2', 'holds'],
    ['now == timestamp("2026-11-02T09:14:07.215Z")', 'holds'],
    ['now.getDayOfWeek() == 1 && now.getHours("+02:00") == 11', 'holds'],
    ['now - timestamp("2026-11-01T09:14:07.215Z") == duration("24h")', 'holds'],
    ['now + duration("1h30m") > timestamp("2026-11-02T10:44:00Z")', 'holds'],
  ])('%s', (when, expected) => {
    expect(answerOf(when, {}, step)).toEqual(expected);
  });

  it('is in doubt of what the step does not have', () => {
    const names = ['agent.agent_type', 'step.capability', 'plan.environment', 'agent.runtime_mode'];
    for (const name of names)
      expect(answerOf(`${name} == "gateway"`, {})).toEqual(doubt(`\`${name}\` is missing`));
    expect(answerOf('plan.metadata.team == "x"', {})).toEqual(doubt('`plan.metadata` is missing'));
    expect(answerOf('has(plan.metadata) && plan.metadata.team == "x"', {})).toBe('fails');
    expect(answerOf('has(agent.agent_type) && agent.agent_type == "x"', {})).toBe('fails');
  });
});

describe('a value that another step will provide', () => {
  const args: JsonObject = { t: { $from: 's0', path: '/a' }, list: ['a', { $from: 's0' }], n: 1 };
  const unknown = { unknown_pointers: ['/t', '/list/1'] };
  const from = (name: string) => doubt(`\`${name}\` comes from another step and is not known yet`);
  it.each([
    ['args.t == "a"', from('args.t')],
    ['args.t.x.y == "a"', from('args.t')],
    ['args.t != null', from('args.t')],
    ['args.list[1] == "a"', from('args.list[1]')],
    ['args.list.all(x, x == "a")', from('x')],
    ['args.list.exists(x, x == "a")', 'holds'],
    ['args.list.all(x, x == "b")', 'fails'],
    ['args.list.filter(x, true)[1] == "a"', from('args.list.filter(x, true)[1]')],
    ['"a" in args.list', 'holds'],
    ['"b" in args.list', doubt('`"b" in args.list` holds a value from another step that is not known yet')],
    [
      'args.list == ["a", "b"]',
      doubt('`args.list == ["a", "b"]` holds a value from another step that is not known yet'),
    ],
    ['args.list == ["z", "b"]', 'fails'],
    ['has(args.t) && "t" in args', 'holds'],
    ['args.n == 1', 'holds'],
    ['size(args.list) == 2', 'holds'],
  ])('%s', (when, expected) => {
    expect(answerOf(when, args, unknown)).toEqual(expected);
  });
});
