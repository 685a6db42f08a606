import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json/value.ts';
import { compiled, stepView } from './step-view.ts';

const CAPABILITIES = `
capabilities:
  cap_mail:
    description: Mail
    tools:
      - name: send_email
        sensitivity_level: Medium
        output_trust: external
        parameters:
          type: object
          required: [to, body]
          properties:
            to: { anyOf: [{ type: string, format: email }, { type: array, maxItems: 2, uniqueItems: true }] }
            body: { type: string, pattern: "^[a-z ]*$", maxLength: 10 }
            kind: { enum: [plain, html] }
            amount: { type: number, minimum: 0 }
            nested: { type: object, properties: { x: { type: integer } }, additionalProperties: false }
          additionalProperties: false
      - short_form
  cap_other:
    risk: High
    tools: [send_email, toString]
`;
const bundle = compiled('default: allow', CAPABILITIES);

function problems(args: JsonObject, unknown: string[] = []) {
  return bundle.grantOf('send_email', ['cap_mail'])?.validate(args, unknown);
}

describe('grantOf', () => {
  it('takes the first of the given capabilities that has the tool', () => {
    expect(bundle.grantOf('send_email', ['cap_mail', 'cap_other'])).toMatchObject({
      capability: 'cap_mail',
      risk: 'medium',
      sensitivity_level: 'medium',
      output_trust: 'external',
    });
    expect(bundle.grantOf('send_email', ['cap_none', 'cap_other', 'cap_mail'])).toMatchObject({
      capability: 'cap_other',
      risk: 'high',
    });
  });

  it('grants nothing that is not written down', () => {
    for (const [tool, capabilities] of [
      ['send_email', []],
      ['send_email', ['cap_none']],
      ['Send_email', ['cap_mail']],
      ['constructor', ['cap_mail']],
      ['short_form', ['__proto__', 'cap_other']],
    ] as [string, string[]][]) {
      expect(bundle.grantOf(tool, capabilities)).toBeUndefined();
    }
  });

  it('finds no problem in the arguments of a tool without a schema', () => {
    expect(bundle.grantOf('toString', ['cap_other'])?.validate({ any: [1] }, [])).toEqual([]);
  });

  it('lists what is granted', () => {
    expect(
      bundle.capabilities.map(({ capability, risk, tools }) => [
        capability,
        risk,
        tools.map(({ name }) => name),
      ]),
    ).toEqual([
      ['cap_mail', 'medium', ['send_email', 'short_form']],
      ['cap_other', 'high', ['send_email', 'toString']],
    ]);
  });
});

describe('arguments', () => {
  it.each([
    [{ to: 'a@b.example', body: 'hi' }, []],
    [{ to: ['x'], body: 'hi', nested: { x: 1 } }, []],
    [{ body: 'hi' }, ['/to is missing']],
    [{ to: 'a@b.example', body: 'hi', extra: 1 }, ['/extra is not an argument of this tool']],
    [{ to: 'a@b.example', body: 5 }, ['/body must be string']],
    [{ to: 'a@b.example', body: 'HI' }, ['/body must match pattern "^[a-z ]*$"']],
    [{ to: 'a@b.example', body: 'hi', kind: 'x' }, ['/kind must be one of "plain", "html"']],
    [{ to: 'a@b.example', body: 'hi', amount: '5' }, ['/amount must be number']],
    [{ to: 'a@b.example', body: 'hi', amount: -1 }, ['/amount must be >= 0']],
    [
      { to: 'a@b.example', body: 'hi', nested: { y: 1, x: 1.5 } },
      ['/nested/y is not an argument of this tool', '/nested/x must be integer'],
    ],
    [
      {
        to: [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        body: 'hi',
      },
      ['/to must match format', '/to must not hold the same item twice'],
    ],
  ] as [JsonObject, string[]][])('%j', (args, expected) => {
    const found = problems(args)?.map(({ pointer, message }) => `${pointer} ${message}`) ?? [];
    for (const text of expected) {
      if (text.includes('format')) continue;
      expect(found).toContain(text);
    }
    expect(found.length > 0).toBe(expected.length > 0);
  });

  it('does not judge what another step will provide', () => {
    const args = { to: { $from: 's0' }, body: { $from: 's0', path: '/x' }, nested: { x: { $from: 's0' } } };
    expect(problems(args, ['/to', '/body', '/nested/x'])).toEqual([]);
    expect(problems({ ...args, extra: 1 }, ['/to', '/body', '/nested/x'])).toMatchObject([
      { pointer: '/extra' },
    ]);
    expect(problems(args, ['/body', '/nested/x'])?.[0]?.pointer).toBe('/to');
  });

  it('leaves a choice open while one of its branches only fails where another step will provide', () => {
    const args = (to: JsonObject['to']) => ({ to: to ?? null, body: 'hi' });
    const list = `capabilities: {c: {tools: [{name: t, parameters: {properties: {to: {anyOf: [{type: string}, {type: array, items: {type: string}}]}}}}]}}`;
    const check = compiled('default: allow', list).grantOf('t', ['c'])?.validate;
    expect(check?.(args([{ $from: 's0' }]), ['/to/0'])).toEqual([]);
    expect(check?.(args([{ $from: 's0' }, 'x']), ['/to/0'])).toEqual([]);
    expect(check?.(args([{ $from: 's0' }, 5]), ['/to/0'])?.map(({ pointer }) => pointer)).toContain('/to/1');
    expect(check?.(args({ a: { $from: 's0' } }), ['/to/a'])).not.toEqual([]);
    expect(check?.(args([{ $from: 's0' }]), [])).not.toEqual([]);
  });

  it('sees a member called __proto__ as the unknown argument it is, and pollutes nothing', () => {
    const args = JSON.parse('{"to":"a@b.example","body":"hi","__proto__":{"polluted":true}}') as JsonObject;
    expect(problems(args)).toEqual([{ pointer: '/__proto__', message: 'is not an argument of this tool' }]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('takes no inherited member for an argument', () => {
    const schema = `capabilities: {c: {tools: [{name: t, parameters: {type: object, required: [constructor]}}]}}`;
    const check = compiled('default: allow', schema).grantOf('t', ['c'])?.validate;
    expect(check?.({}, [])).toEqual([{ pointer: '/constructor', message: 'is missing' }]);
  });

  it('reports at most 20 problems', () => {
    const args = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, 1]));
    expect(problems(args)?.length).toBe(20);
  });

  it('never changes the arguments', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('to', 'body', 'kind', 'amount', 'nested', 'q'),
          fc.jsonValue({ maxDepth: 2 }),
        ),
        (args) => {
          const before = JSON.stringify(args);
          problems(args as JsonObject);
          expect(JSON.stringify(args)).toBe(before);
        },
      ),
    );
  });

  it('does not hang on long hostile arguments', () => {
    const objects = Array.from({ length: 50_000 }, (_, index) => ({ index }));
    expect(problems({ to: objects, body: `${'a '.repeat(200_000)}!` })?.length).toBeGreaterThan(0);
  }, 5000);
});

it('lets two tools use schemas with the same $id', () => {
  const tool = (name: string, type: string) =>
    `{name: ${name}, parameters: {$id: "https://acme.example/s", type: object, properties: {p: {type: ${type}}}}}`;
  const { grantOf } = compiled(
    'default: allow',
    `capabilities: {c: {tools: [${tool('x', 'string')}, ${tool('y', 'number')}]}}`,
  );
  expect(grantOf('x', ['c'])?.validate({ p: 1 }, [])).toHaveLength(1);
  expect(grantOf('y', ['c'])?.validate({ p: 1 }, [])).toEqual([]);
});

describe('problems of arguments', () => {
  it('come in one order, whatever order the members were sent in', () => {
    const wrong: JsonObject = {
      amount: -1,
      body: 'NOT LOWER AND LONG',
      kind: 'pdf',
      nested: { y: 1, x: 'z' },
      zz: 1,
      aa: 2,
    };
    const expected = problems(wrong);
    expect(expected?.length).toBeGreaterThan(6);
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(wrong), { minLength: 6, maxLength: 6 }), (members) => {
        const nested = { x: 'z', y: 1 };
        expect(problems({ ...Object.fromEntries(members), nested })).toEqual(expected);
      }),
    );
  });

  it('and what rules say of a thousand references among ten thousand elements take time by their number', () => {
    const to = Array.from({ length: 10_000 }, (_, index) =>
      index % 10 === 0 ? { $from: 's1' } : 'a@acme.example',
    );
    const unknown_pointers = to.flatMap((value, index) =>
      typeof value === 'string' ? [] : [`/to/${index}`],
    );
    const rules = ['in_domains', 'not_in_domains'].map((operator, index) => ({
      id: `r${index}`,
      args: { to: { [operator]: ['acme.example'] } },
      action: 'block',
    }));
    const judged = compiled(JSON.stringify({ rules }), CAPABILITIES);
    const step = stepView({ arguments: { to, body: 'b' }, unknown_pointers });
    const startedAt = performance.now();
    expect(judged.evaluate(step).matched).toHaveLength(2);
    judged.grantOf('send_email', ['cap_mail'])?.validate(step.arguments, unknown_pointers);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
