import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingNames } from '../../../src/guard/finding-names.ts';
import { knownFindings } from '../../../src/policy/analysis/errors/name-errors.ts';
import { whenBounds } from '../../../src/policy/analysis/errors/when-bounds.ts';
import { comparisonsIn } from '../../../src/policy/analysis/errors/when-comparisons.ts';
import { whenErrors } from '../../../src/policy/analysis/errors/when-errors.ts';
import { GrantShapes } from '../../../src/policy/analysis/grant-shapes.ts';
import { shapeOf } from '../../../src/policy/analysis/rule-shape.ts';
import { whenFaults } from '../../../src/policy/analysis/when-faults.ts';
import { ruleSchema } from '../../../src/policy/rule-schema.ts';
import { createToolSchemaCompiler } from '../../../src/policy/tool-schema.ts';
import { parseCondition } from '../../../src/policy/when/parse.ts';
import { DYN } from '../../../src/policy/when/types.ts';
import { declarationsFor } from '../../../src/policy/when/variables.ts';
import { compileWhen } from '../../../src/policy/when/when-condition.ts';
import { stepView } from '../step-view.ts';

const KNOWN = knownFindings(findingNames());

/** The errors of a `when` in a rule about mail, `§` before the place that each is said of. */
function errorsOf(when: string, rest: object = {}): { said: string[]; marked: string } {
  const rule = { id: 'r', ...ruleSchema.parse({ tool_name: 'mail', action: 'block', when, ...rest }) };
  const errors = whenErrors(rule, KNOWN);
  const [{ inside } = {}] = errors;
  const marked = inside === undefined ? when : `${when.slice(0, inside.offset)}§${when.slice(inside.offset)}`;
  return {
    said: errors.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`)),
    marked,
  };
}

describe('a condition that can never be true', () => {
  it.each([
    ['has(args.a) && §now.getMonth() == 12', '`now.getMonth()` is between 0 and 11, so this is never true'],
    ['§now.getHours() >= 24', 'between 0 and 23, so this is never true'],
    ['§24 <= now.getHours("+02:00")', 'between 0 and 23'],
    ['§now.getHours() <= 23 && args.n > 1', 'so this is always true'],
    ['§timestamp(args.at).getDayOfWeek() == 7', 'between 0 and 6'],
    ['§now.getDate() in [0, 32]', 'between 1 and 31'],
    ['§size(args.to) < 0', 'is at least 0, so this is never true'],
    ['§plan.step_count == 0', 'is between 1 and 200'],
    ['§plan.steps.size() < 1', 'is between 1 and 200'],
    ['§size(plan.steps) > 200', 'is between 1 and 200'],
    ['§args.to.lowerAscii().contains("URGENT")', 'it can never be true'],
    ['has(args.n) && §args.to.lowerAscii().startsWith("Re:")', 'can never hold here'],
    ['§args.to.lowerAscii() == "Urgent"', 'it can never be true'],
    ['§args.to.upperAscii() in ["urgent", "Now"]', 'it can never be true'],
    ['args.l.exists(x, §x.upperAscii().endsWith("x"))', 'can never hold here'],
    ['§"skil" in step.source_types', 'no source is of the type skil'],
    ['has(args.n) && !(§"skil" in step.source_types)', '(did you mean skill?)'],
    [
      'args.n > 5 && §args.n < 3',
      '`args.n < 3` can never hold here, beside the rest, so the rule could never surely match',
    ],
    ['args.n > 5 && has(args.x) && §args.n == 3', 'can never hold here'],
    ['args.a == "x" && §args.a == "y"', 'can never hold here'],
    ['args.a == "x" && !(§args.a == "x")', 'can never hold here'],
    ['args.a in ["x", "y"] && §args.a.startsWith("z")', 'can never hold here'],
    ['args.a == 1 && §args.a == "1"', 'can never hold here'],
    ['now.getHours() > 22 && §now.getHours() < 23', 'can never hold here'],
    ['!(args.n <= 5 || §args.n >= 3)', 'can never hold here'],
    ['args.l.exists(x, x.n > 5 && §x.n < 3)', 'can never hold here'],
    ['has(args.to) && §false', 'it can never be true'],
    ['§has(args.to) ? false : false', 'it can never be true'],
    ['args.a.b == 1 && §args.x in []', 'can never hold here'],
    ['§args.x in [] || [].exists(y, y == 1)', 'it can never be true'],
    [
      '§step.tool_name == "Mail"',
      'can never hold in a rule that asks for another tool_name, so the rule could never surely match (did you mean mail?)',
    ],
    ['args.n > 1 && §step.tool_name != "mail"', 'can never hold here'],
    ['§true || args.n > 5', 'it is always true (remove it)'],
    [
      'findings.exists(f, f.category == §"instruction-override")',
      'the guard has no finding with the category instruction-override (did you mean instruction_override?)',
    ],
    [
      '!findings.exists(f, f.detector in ["secret.aws", §"secrets.aws"])',
      'no finding with the detector secrets.aws (did you mean secret.aws?)',
    ],
    [
      'findings.filter(f, f.severity == "high").exists(g, g.category == §"x")',
      'no finding with the category x',
    ],
    ['findings[0].category == §"x"', 'no finding with the category x'],
  ])('%s', (marked, message) => {
    const errors = errorsOf(marked.replace('§', ''));
    expect(errors.marked).toBe(marked);
    expect(errors.said).toHaveLength(1);
    expect(errors.said[0]).toContain(message);
  });

  it.each([
    [
      'another tenant than that of the layer',
      'agent.tenant_id == "T1"',
      { layer: { kind: 'tenant', tenant_id: 't1' } },
    ],
    [
      'another agent than that of match',
      'agent.agent_name == "a"',
      { match: { agent_name: { not_in: ['a'] } } },
    ],
    ['a mode that is left out', 'agent.runtime_mode == "gateway"', { runtime_mode: ['sidecar', 'air_*'] }],
  ])('%s', (_, when, rest) => {
    expect(errorsOf(when, rest).said).toEqual([expect.stringContaining('asks for another')]);
  });
});

describe('nothing is said of', () => {
  it.each([
    'args.n > 5 || args.n < 3',
    'args.n >= 5 && args.n <= 5',
    'args.n > 5.5 && args.n < 5.6',
    'args.l.exists(x, x > 5) && args.l.exists(x, x < 3)',
    'args.l.all(x, x > 5 && x < 3)',
    '(has(args.to) && false) || args.n == 1',
    'step.tool_name == "mail" && args.n > 1',
    'now.getHours() < 7 || now.getHours() > 19',
    'duration(args.d).getHours() >= 24',
    'now.getFullYear() == 2027',
    '[1, 2].exists(now, now == 12)',
    'args.getMonth == 12',
    'args.category == "instruction-override"',
    'findings.exists(f, f.category.startsWith("in"))',
    'plan.steps.exists(s, s.tool_name == "other")',
    'args.a != "x" && args.a != "y"',
    'args.n == 1 || args.n == "1"',
    'args.x == args.y && args.x != args.z',
    'args.to.lowerAscii().contains("urgent 1Ä") || args.to.upperAscii() == "URGENT ß"',
    '!args.to.lowerAscii().contains("URGENT")',
    'args.to.lowerAscii().matches("[A-Z]?x")',
    '"skill" in step.source_types && "bdoy" in args',
    'plan.step_count > 199',
  ])('%s', (when) => {
    expect(errorsOf(when).said).toEqual([]);
  });
});

describe('comparisons', () => {
  it('are found wherever they stand, with the way to what is compared', () => {
    const when =
      'plan.steps.exists(s, s.tool_name == "web") && !("x" != agent.tenant_id) && step.tool_name in ["a", "b"] && args.m[0] == 1';
    expect(
      [...comparisonsIn(parseCondition(when))].map(({ way, value, isLeftOut }) => [way, value, isLeftOut]),
    ).toEqual([
      ['plan.steps[].tool_name', 'web', false],
      ['agent.tenant_id', 'x', true],
      ['step.tool_name', 'a', false],
      ['step.tool_name', 'b', false],
      ['args.m[]', 1n, false],
    ]);
  });
});

const PAY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    n: { type: 'integer', minimum: 1, maximum: 2 },
    e: { enum: ['x', 'y', null] },
    l: { type: 'array', items: { enum: ['x', 'y'] } },
    a: {},
  },
};
const GRANTS = new GrantShapes({
  c: { tools: [{ name: 'mail', parameters: PAY, sensitivity_level: 'high' }] as never },
});

const ruleOf = (when: string, action = 'block') => ({
  id: 'r',
  ...ruleSchema.parse({ tool_name: 'mail', action, when }),
});

it.each([
  ['"bdoy" in args', 'the tool mail has no argument bdoy'],
  ['args.exists(k, k == "e" || k == "ee")', 'the tool mail has no argument ee'],
])('names an argument that no tool takes: %s', (when, message) => {
  const rule = ruleOf(when);
  const said = whenErrors(rule, KNOWN, whenBounds(GRANTS.ofTools(rule))).map((error) => error.message);
  expect(said).toEqual([message]);
});

describe('what the tools leave to a value', () => {
  const saidOf = (when: string, action?: string) => {
    const rule = ruleOf(when, action);
    return whenFaults(shapeOf(rule), GRANTS.ofTools(rule)).map(({ code, message }) => `${code} ${message}`);
  };

  it.each([
    ['args.n == 1.5', '`args.n == 1.5` is never true'],
    ['args.n > 2', '`args.n > 2` is never true'],
    ['args.n > 1 && args.n < 2', '`args.n < 2` is never true'],
    ['args.e.startsWith("z")', '`args.e.startsWith("z")` is never true'],
    ['args.l.exists(x, x.contains("z"))', '`x.contains("z")` is never true'],
    ['step.sensitivity_level == "low"', 'is never true'],
    ['step.sensitivity_level in ["low", "medium"]', 'is never true'],
  ])('leaves no %s', (when, message) => {
    const effect = 'holds_only_in_doubt this condition of rule r never surely holds: ';
    expect(saidOf(when)).toEqual([expect.stringContaining(message)]);
    expect(saidOf(when)[0]?.startsWith(effect)).toBe(true);
    expect(saidOf(when, 'allow')).toEqual([expect.stringContaining('vacuous rule r can never match: ')]);
    expect(errorsOf(when).said).toEqual([]);
  });

  it.each([
    '"n" in args && "l" in args',
    'args.n == 2.0',
    'args.n >= 2 || args.n > 7',
    'args.e == null || args.e.startsWith("x")',
    'args.l.exists(x, x == "y")',
    'args.a == 1.5 && args.b == 1',
    'step.sensitivity_level == "critical"',
  ])('leaves %s', (when) => {
    expect(saidOf(when)).toEqual([]);
  });

  it('leaves whatever a step has that fits its tool', () => {
    const value = fc.constantFrom<unknown>(1, 2, 1.5, 3, 'x', 'y', 'XY', 'z', null, ['x'], ['x', 'y'], []);
    const args = fc.dictionary(fc.constantFrom('n', 'e', 'l', 'a'), value);
    const { check } = createToolSchemaCompiler().compile(PAY as never);
    const part = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('args.n', 'args.a'),
          fc.constantFrom('==', '!=', '<', '>='),
          fc.constantFrom(0, 1, 1.5, 2, 3),
        )
        .map((parts) => parts.join(' ')),
      fc
        .tuple(
          fc.constantFrom('args.e', 'args.a', 'args.a.lowerAscii()', 'args.a.upperAscii()'),
          fc.constantFrom('x', 'XY', 'z', 'xy'),
        )
        .chain(([of, text]) =>
          fc.constantFrom(`${of} == "${text}"`, `${of}.contains("${text}")`, `${of}.startsWith("${text}")`),
        ),
      fc.constantFrom(
        'args.l.exists(x, x == "y")',
        'args.l.exists(x, x.contains("z"))',
        '"n" in args',
        '"e" in args',
        'args.exists(k, k == "l")',
      ),
    );
    const whole = fc
      .tuple(part, fc.constantFrom('&&', '||', '&& !'), part)
      .map(([a, sign, b]) => `${a} ${sign}(${b})`);
    let claims = 0;
    fc.assert(
      fc.property(whole, fc.array(args, { minLength: 30, maxLength: 30 }), (when, many) => {
        const { condition } = compileWhen(when, declarationsFor(DYN));
        if (condition === undefined || saidOf(when).length === 0) return;
        claims += 1;
        const steps = many
          .filter((one) => check?.(one as never, []).length === 0)
          .map((one) => stepView({ tool_name: 'mail', arguments: one as never }));
        expect(steps.map((step) => condition.test(step))).not.toContain(true);
      }),
      { numRuns: 2000 },
    );
    expect(claims).toBeGreaterThan(100);
  });
});

const place = fc.constantFrom('args.n', 'args.a', 'now.getHours()', 'size(args.a)', 'step.tool_name');
const number = fc.constantFrom('0', '1', '2', '1.5', '23');
const text = fc.constantFrom('"x"', '"xy"', '"mail"');
const atom = fc.oneof(
  fc.tuple(place, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), number).map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('args.a', 'step.tool_name'), fc.constantFrom('==', '!='), text)
    .map((parts) => parts.join(' ')),
  fc.tuple(number, fc.constantFrom('<', '>='), place).map((parts) => parts.join(' ')),
  fc
    .tuple(place, fc.array(fc.oneof(number, text), { maxLength: 2 }))
    .map(([at, items]) => `${at} in [${items.join(', ')}]`),
  fc
    .tuple(fc.constantFrom('startsWith', 'endsWith', 'contains', 'matches'), text)
    .map(([name, part]) => `args.a.${name}(${part})`),
  fc.constantFrom(
    'true',
    'false',
    'has(args.n)',
    'args.l.exists(x, x > 1 && x < 2)',
    'args.l.all(x, x == 1)',
  ),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    atom,
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '&&', '||'), tie('expression'))
      .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    tie('expression').map((inner) => `!(${inner})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
}));
const argument = fc.constantFrom<unknown>(
  0,
  1,
  1.5,
  2,
  23,
  'x',
  'xy',
  'mail',
  '',
  [],
  [1],
  [1, 2],
  null,
  true,
);
const stepsOfMail = fc
  .record(
    { n: argument, a: argument, l: fc.array(fc.constantFrom(0, 1, 1.5, 2, 'x'), { maxLength: 2 }) },
    { requiredKeys: [] },
  )
  .chain((args) =>
    fc
      .constantFrom('00', '01', '23')
      .map((hour) =>
        stepView({ tool_name: 'mail', arguments: args as never, now: `2026-11-02T${hour}:14:07.215Z` }),
      ),
  );

it('is never true where it is said to be never true, whatever the step', () => {
  let claims = 0;
  fc.assert(
    fc.property(expression, fc.array(stepsOfMail, { minLength: 20, maxLength: 20 }), (when, many) => {
      const { condition } = compileWhen(when, declarationsFor(DYN));
      if (condition === undefined) return;
      const said = errorsOf(when).said;
      if (said.some((words) => words.includes('never surely match'))) {
        claims += 1;
        expect(many.map((step) => condition.test(step))).not.toContain(true);
      }
      if (said.some((words) => words.startsWith('it is always true'))) {
        claims += 1;
        expect(many.every((step) => condition.test(step) === true)).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
  expect(claims).toBeGreaterThan(100);
});
