import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/json/value.ts';
import { bundleOf, stepView } from './step-view.ts';

/** What a condition says: it holds, it does not, nobody can tell. */
type Answer = 'yes' | 'no' | 'doubt';

/**
 * Asks a rule that restricts and a rule that allows about the same argument. The first matches unless the answer
 * is a definite no; the second only on a definite yes. For lists the two may get different answers.
 */
function ask(
  asked: object,
  args: Record<string, JsonValue>,
  unknown: string[] = [],
  key = 'x',
): { block: Answer; allow: Answer } {
  const step = stepView({ arguments: args, unknown_pointers: unknown });
  const [blocked] = bundleOf([{ id: 'b', args: { [key]: asked }, action: 'block' }]).evaluate(step).matched;
  const [allowed] = bundleOf([{ id: 'a', args: { [key]: asked }, action: 'allow' }]).explain(step);
  const block = blocked === undefined ? 'no' : blocked.doubt === undefined ? 'yes' : 'doubt';
  const allow = allowed?.matched ? 'yes' : allowed?.detail.includes('in doubt') ? 'doubt' : 'no';
  return { block, allow };
}

const same = (answer: Answer) => ({ block: answer, allow: answer });

/** For each operator: what holds, what does not, and values of a type it does not know. */
const OPERATORS: { asked: object; yes: JsonValue[]; no: JsonValue[]; doubt: JsonValue[] }[] = [
  { asked: { eq: 'prod' }, yes: ['prod'], no: ['Prod', 'prod ', ''], doubt: [1, true, null, {}] },
  { asked: { eq: 5 }, yes: [5], no: [5.5, -5], doubt: ['5', true, null, {}] },
  { asked: { eq: true }, yes: [true], no: [false], doubt: ['true', 1, null, {}] },
  { asked: { eq: null }, yes: [null], no: [], doubt: ['', 0, false, {}] },
  { asked: { ne: 'prod' }, yes: ['dev', ''], no: ['prod'], doubt: [1, null, {}] },
  { asked: { ne: 0 }, yes: [1], no: [0], doubt: ['0', null, false, {}] },
  { asked: { in: ['a', '1'] }, yes: ['a', '1'], no: ['b', ''], doubt: [1, true, null, {}] },
  { asked: { not_in: ['a', 'b'] }, yes: ['c'], no: ['a', 'b'], doubt: [1, null, {}] },
  { asked: { gt: 10 }, yes: [11, 10.01], no: [10, -1], doubt: ['11', null, true, {}] },
  { asked: { gte: 10 }, yes: [10, 11], no: [9.99], doubt: ['10', null, true, {}] },
  { asked: { lt: 10 }, yes: [9, -1], no: [10, 11], doubt: ['9', null, false, {}] },
  { asked: { lte: 10 }, yes: [10, 0], no: [10.01], doubt: ['10', null, false, {}] },
  { asked: { gt: 1, lte: 3 }, yes: [2, 3], no: [1, 4], doubt: ['2', null] },
  { asked: { matches: '^a+$' }, yes: ['a', 'aaa'], no: ['b', 'aab', ''], doubt: [1, null, {}] },
  { asked: { matches: 'b' }, yes: ['abc'], no: ['ac'], doubt: [true] },
  { asked: { starts_with: '/tmp/' }, yes: ['/tmp/a'], no: ['/etc', 'x/tmp/'], doubt: [1, null, {}] },
  { asked: { ends_with: '.exe' }, yes: ['a.exe'], no: ['a.exe.txt', 'a.EXE'], doubt: [1, null, {}] },
  { asked: { contains: 'pass' }, yes: ['my password'], no: ['Pass', ''], doubt: [1, null, {}] },
  {
    asked: { mentions: 'drop table' },
    yes: [
      'x; DROP Table y',
      { a: { b: ['DROP TABLE'] } },
      { 'drop table': 1 },
      'ｄｒｏｐ table',
      'dr\u200bop\u00ad table',
      'dr\u0000op\u2028 table',
    ],
    no: ['drop', {}, 1, null, { a: [] }],
    doubt: [],
  },
  { asked: { mentions: ['a', '42'] }, yes: ['A', 42], no: ['b', true], doubt: [] },
  {
    asked: { in_domains: ['acme.example'] },
    yes: ['lee@acme.example', 'https://x.acme.example/', 'lee@a.acme.example, sam@acme.example'],
    no: [
      'sam@evil.example',
      'lee@notacme.example',
      'lee@acme.example.evil.example',
      'lee@аcme.example',
      'https://acme.example@evil.example/',
    ],
    doubt: ['alice', '', 1, null, {}, '192.0.2.1'],
  },
  {
    asked: { not_in_domains: ['acme.example'] },
    yes: ['sam@evil.example', 'Lee <sam@evil.example>', 'lee@аcme.example'],
    no: ['lee@ACME.example.', 'acme.example:443'],
    doubt: ['alice', '', 1, null, {}, 'a@acme.example\nb@evil.example'],
  },
];

describe.each(OPERATORS)('operator $asked', ({ asked, yes, no, doubt }) => {
  it.each(yes)('holds for %j', (value) => expect(ask(asked, { x: value })).toEqual(same('yes')));
  it.each(no)('does not hold for %j', (value) => expect(ask(asked, { x: value })).toEqual(same('no')));
  it.each(doubt)('is in doubt for %j', (value) => expect(ask(asked, { x: value })).toEqual(same('doubt')));

  it('is in doubt for a missing argument, an empty list and a value from another step', () => {
    expect(ask(asked, {})).toEqual(same('doubt'));
    expect(ask(asked, { x: [] })).toEqual(same('doubt'));
    expect(ask(asked, { x: { $from: 's0' } }, ['/x'])).toEqual(same('doubt'));
    expect(ask(asked, { x: { $from: 's0' } }, [''])).toEqual(same('doubt'));
  });

  it('judges lists element by element: any for a rule that restricts, every for one that allows', () => {
    const [good] = yes;
    const [bad] = no;
    const [odd] = doubt;
    if (good !== undefined && bad !== undefined) {
      expect(ask(asked, { x: [bad, good] })).toEqual({ block: 'yes', allow: 'no' });
      expect(ask(asked, { x: [[good], [[good]]] })).toEqual(same('yes'));
      expect(ask(asked, { x: [bad, [bad]] })).toEqual(same('no'));
      expect(ask(asked, { x: [bad, []] })).toEqual({ block: 'doubt', allow: 'no' });
      expect(ask(asked, { x: [bad, null, good] }, ['/x/1'])).toEqual({ block: 'yes', allow: 'no' });
      expect(ask(asked, { x: [bad, null] }, ['/x/1'])).toEqual({ block: 'doubt', allow: 'no' });
    }
    if (good !== undefined && odd !== undefined) {
      expect(ask(asked, { x: [odd, good] })).toEqual({ block: 'yes', allow: 'doubt' });
    }
  });
});

describe('several operators on one argument', () => {
  it('must hold for the same element', () => {
    expect(ask({ gt: 10, lt: 100 }, { x: [5, 500] })).toEqual(same('no'));
    expect(ask({ gt: 10, lt: 100 }, { x: [5, 50] })).toEqual({ block: 'yes', allow: 'no' });
  });
});

describe('exists', () => {
  it.each([
    { name: 'a value', args: { x: 0 }, there: 'yes' },
    { name: 'an empty list', args: { x: [] }, there: 'yes' },
    { name: 'nothing', args: {}, there: 'no' },
    { name: 'another case of letters', args: { X: 1 }, there: 'no' },
  ] as { name: string; args: Record<string, JsonValue>; there: Answer }[])(
    'is never in doubt for $name',
    ({ args, there }) => {
      expect(ask({ exists: true }, args)).toEqual(same(there));
      expect(ask({ exists: false }, args)).toEqual(same(there === 'yes' ? 'no' : 'yes'));
    },
  );

  it('is true for what another step will put there, unknown below it', () => {
    expect(ask({ exists: true }, { x: {} }, ['/x'])).toEqual(same('yes'));
    expect(ask({ exists: false }, { x: {} }, ['/x'])).toEqual(same('no'));
    expect(ask({ exists: true }, { x: {} }, ['/x'], 'x.y')).toEqual(same('doubt'));
    expect(ask({ exists: true, eq: 1 }, { x: {} }, ['/x'])).toEqual(same('doubt'));
  });

  it('is in doubt for null, which is neither there nor absent', () => {
    expect(ask({ exists: true }, { x: null })).toEqual(same('doubt'));
    expect(ask({ exists: false }, { x: null })).toEqual(same('doubt'));
  });

  it('guards a condition on an optional argument', () => {
    const asked = { exists: true, not_in_domains: ['acme.example'] };
    expect(ask(asked, {})).toEqual(same('no'));
    expect(ask(asked, { x: 'a@evil.example' })).toEqual(same('yes'));
  });
});

describe('where an argument stands', () => {
  const args: Record<string, JsonValue> = {
    to: [{ email: 'a@acme.example' }, { email: 'b@evil.example' }],
    'a.b': 1,
    a: { b: 2, length: 3 },
    list: [7, 8],
  };
  it.each([
    ['a.b', { eq: 2 }, same('yes')],
    ['/a/b', { eq: 2 }, same('yes')],
    ['/a.b', { eq: 1 }, same('yes')],
    ['/list/1', { eq: 8 }, same('yes')],
    ['/list/2', { eq: 8 }, same('doubt')],
    ['list.length', { eq: 2 }, same('doubt')],
    ['to.email', { in_domains: ['acme.example'] }, { block: 'yes', allow: 'no' }],
    ['to.name', { exists: true }, same('no')],
    ['constructor', { exists: true }, same('no')],
    ['a.__proto__', { exists: true }, same('no')],
    ['a.b.c', { exists: true }, same('no')],
    ['', { mentions: 'evil.example' }, same('yes')],
    ['', { mentions: 'nowhere' }, same('no')],
  ] as [string, object, object][])('%s %j', (key, asked, expected) => {
    expect(ask(asked, args, [], key)).toEqual(expected);
  });

  it('mentions: doubt where a part of the arguments is not known yet, unless another part says it', () => {
    expect(ask({ mentions: 'x' }, { a: { $from: 'x' }, b: 'y' }, ['/a'], '')).toEqual(same('doubt'));
    expect(ask({ mentions: 'y' }, { a: { $from: 'x' }, b: 'y' }, ['/a'], '')).toEqual(same('yes'));
  });

  it('does not read a number from a JSON member called __proto__', () => {
    const args = JSON.parse('{"__proto__": {"x": 99}}') as Record<string, JsonValue>;
    expect(ask({ gt: 10 }, args)).toEqual(same('doubt'));
  });
});
