import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../../src/policy/compile.ts';
import { compileCondition, problemOf } from './judging.ts';

describe('a condition that can never be evaluated', () => {
  // What is wrong, the part of the condition that is pointed at, and the way out.
  it.each([
    ['args.amout > 1.0', 'amout', 'has no member `amout`', 'did you mean `amount`?'],
    ['has(args.amout)', 'amout', 'has no member `amout`', 'did you mean `amount`?'],
    ['args["amout"] > 1', '"amout"', 'has no member `amout`', 'did you mean `amount`?'],
    ['args.parts.exists(p, p.iben == "")', 'iben', 'has no member `iben`', 'did you mean `iban`?'],
    ['args.constructor == "x"', 'constructor', 'has no member `constructor`', 'there is amount, currency'],
    ['amount > 1', 'amount', 'there is no `amount`', 'did you mean `args.amount`?'],
    ['agent_id == "x"', 'agent_id', 'there is no `agent_id`', 'did you mean `agent.agent_id`?'],
    ['arg.amount > 1', 'arg', 'there is no `arg`', 'did you mean `args`?'],
    ['agent.name == "x"', 'name', 'has no member `name`', undefined],
    ['plan.metadata == "x"', 'plan.metadata', 'compares an object with a string', undefined],
    ['plan.metdata.x == "x"', 'metdata', 'has no member `metdata`', 'did you mean `metadata`?'],
    ['agent == plan', 'agent', 'only asked for its members', undefined],
    ['args.amount > "5"', 'args.amount', 'compares a number with a string', undefined],
    ['args.amount == "5"', 'args.amount', 'compares a number with a string', undefined],
    ['args.amount in ["5"]', 'args.amount', 'looks for a number among a string', undefined],
    ['args.amount == "5" || true', 'args.amount', 'compares a number with a string', undefined],
    ['args.amount + 1 > 2', 'args.amount', 'does not take a number and an int', 'write `1.0`'],
    ['args.amount % 2 == 1', 'args.amount', 'does not take a number and an int', 'write `int(x)`'],
    ['args.amount.contains("5")', 'args.amount', 'does not take a number and a string', undefined],
    ['args.amount.cents == 1', 'args.amount', 'takes an object, and this is a number', undefined],
    ['args.parts.iban == "x"', 'args.parts', 'takes an object, and this is a list', undefined],
    ['args.amount.all(x, x)', 'args.amount', 'takes a list or an object', undefined],
    ['args.currency == "EURO"', '"EURO"', 'it can never be "EURO"', 'did you mean "EUR"?'],
    ['args.currency in ["EUR", "YEN"]', '"YEN"', 'it can never be "YEN"', 'it can be EUR, USD'],
    ['step.lowest_trust == "extern"', '"extern"', 'it can never be "extern"', 'did you mean "external"?'],
    ['step.sensitivity_level >= "high"', 'step.', 'compared by their letters', 'with `gte`'],
    ['args.amount', 'args', 'a condition is true or false, and this is a number', undefined],
    ['args.amount && true', 'args', 'takes a bool, and this is a number', undefined],
    ['[1, "a"] == [args.amount]', '"a"', 'stands among an int, and this is a string', undefined],
    ['{"a": 1, "a": 2} == args', '"a": 2', 'the same key stands twice', undefined],
    ['1 == 1', '1 == 1', 'it looks at nothing', 'remove it'],
    ['1 / 0 == 1', '1 / 0', 'divides by zero', undefined],
    ['args.note.matches("(")', '"("', 'not a pattern RE2 accepts', undefined],
    ['args.note.matches("(?=x)")', '"(?=x)"', 'not a pattern RE2 accepts', undefined],
    ['args.note.matches(args.currency)', 'args.currency', 'must be a text in the rule', undefined],
    ['args.note.starts("x")', 'starts', 'there is no method `starts`', undefined],
    ['args.note.startswith("x")', 'startswith', 'there is no method', 'did you mean `startsWith`?'],
    ['args.parts.all(i, p, i > 0)', 'args.parts', '`all` is written', undefined],
    ['rand() > 1', 'rand', 'there is no function `rand`', undefined],
    ['now.getHours("Europe/Berlin") > 5', '"Europe/Berlin"', 'a time zone is', undefined],
    ['args.amount > 9007199254740993', '9007199254740993', 'beyond 2^53', undefined],
    ['args.amount > 1e999', '1e999', 'too large', undefined],
    ['args.amount > 1u', '1u', 'unsigned', 'leave the `u` out'],
    ['args.note == b"x"', 'b"x"', 'bytes are not supported', 'write a text'],
    ['Money{units: 1} == args', 'Money{', 'messages such as `Money{}`', undefined],
    ['args.amount >', '>', 'not a CEL expression: found >', undefined],
    ['args.amount > 1 and true', 'and', 'not a CEL expression: found a', undefined],
    ['args.?amount > 1', '.?', 'not a CEL expression', undefined],
  ])('%s', (when, part, says, hint) => {
    const problem = problemOf(when);
    expect(problem.message).toContain(says);
    expect(problem.pointer).toBe('/rules/0/when');
    if (hint === undefined) expect(problem.hint ?? '').not.toContain('did you mean');
    else expect(problem.hint).toContain(hint);
    // A condition with quotes is escaped in the JSON of this test.
    const text = CONTENT(when).slice(problem.column - 1);
    const written = JSON.stringify(part).slice(1, -1);
    expect(text.startsWith(written), `${text} begins with ${written}`).toBe(true);
  });

  const CONTENT = (when: string) =>
    JSON.stringify({ rules: [{ id: 'r', match: { tool_name: 'pay' }, when, action: 'block' }] });
});

describe('the arguments that a condition may name', () => {
  const says = (when: string, tool: unknown) => compileCondition(when, { tool }).problems?.[0]?.message;
  it.each([
    ['of one tool', 'pay', 'args.due == "x"', false],
    ['of another', 'pay.later', 'args.due == "x"', true],
    ['of any tool listed', ['pay', 'pay.later'], 'args.due == "x" && args.currency == "EUR"', true],
    ['of no tool listed', ['pay', 'pay.later'], 'args.fee == "x"', false],
    ['of any tool that a glob covers', 'pay*', 'args.due == "x" && args.currency == "EUR"', true],
    ['of no tool that a glob covers', 'pay*', 'args.fee == "x"', false],
    ['of no tool that is not left out', { not_in: ['free'] }, 'args.fee == "x"', false],
    ['where a tool takes any', '*', 'args.fee == "x"', true],
    ['where no tool is known', 'unheard', 'args.fee == "x"', true],
  ])('are those %s', (_, tool, when, compiles) => {
    expect(says(when, tool) === undefined).toBe(compiles);
  });

  it('have every type that one of the tools gives them', () => {
    expect(says('args.amount == "5" || args.amount == 5', ['pay', 'pay.later'])).toBeUndefined();
    expect(says('args.amount == true', ['pay', 'pay.later'])).toContain('compares a number or a string');
  });
});

describe('where a problem stands', () => {
  const problemAt = (yaml: string) => {
    const { problems = [] } = compileBundle({
      'policies.yaml': `rules:\n  - action: block\n    when: ${yaml}\n`,
    });
    expect(problems).toHaveLength(1);
    return problems[0];
  };
  it.each([
    ['args.x > oops', { line: 3, column: 20 }],
    ['"args.x > oops"', { line: 3, column: 21 }],
    ["'args.x > oops'", { line: 3, column: 21 }],
    ['|\n      args.x > oops', { line: 4, column: 16 }],
    ['>-\n\n      args.x > oops', { line: 5, column: 16 }],
    ['args.x >\n      oops', { line: 4, column: 7 }],
    ['"args.x >\\u0020oops"', { line: 3, column: 26 }],
  ])('is told by line and column: %s', (yaml, place) => {
    expect(problemAt(yaml)).toMatchObject({ ...place, message: 'there is no `oops`' });
  });
});
