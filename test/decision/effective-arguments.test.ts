import { describe, expect, it } from 'vitest';
import { effectiveArguments } from '../../src/decision/effective-arguments.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import type { Obligation } from '../../src/policy/bundle.ts';

const redact = (path: string): Obligation => ({ type: 'redact_argument', path });
const cap = (path: string, max: number): Obligation => ({ type: 'cap_argument', path, max });
const set = (path: string, value: JsonValue): Obligation => ({ type: 'set_argument', path, value });

describe('obligations are met', () => {
  it.each<[string, JsonObject, Obligation[], JsonObject]>([
    ['nothing to do', { a: 1 }, [], { a: 1 }],
    ['a redaction', { body: 'secret', to: 'x' }, [redact('/body')], { body: '[redacted]', to: 'x' }],
    ['a redaction of a whole object', { a: { b: { c: 1 } } }, [redact('/a/b')], { a: { b: '[redacted]' } }],
    ['a cap on more', { amount: 900 }, [cap('/amount', 500)], { amount: 500 }],
    ['a cap on less', { amount: 100 }, [cap('/amount', 500)], { amount: 100 }],
    ['an element of a list', { list: [1, 2] }, [cap('/list/1', 1)], { list: [1, 1] }],
    ['an escaped name', { 'a/b': { '~': 1 } }, [redact('/a~1b/~0')], { 'a/b': { '~': '[redacted]' } }],
    [
      'each element of a list',
      { l: [{ n: 9 }, { n: 1 }, { m: 9 }] },
      [cap('/l/n', 5)],
      { l: [{ n: 5 }, { n: 1 }, { m: 9 }] },
    ],
    [
      'lists in lists',
      { l: [[{ n: 9 }], { n: 9 }] },
      [redact('/l/n')],
      { l: [[{ n: '[redacted]' }], { n: '[redacted]' }] },
    ],
    ['a text where a redaction goes on', { a: 'b=1' }, [redact('/a/b')], { a: '[redacted]' }],
    ['an output that a redaction goes into', { a: { $from: 's1' } }, [redact('/a/b')], { a: '[redacted]' }],
    ['null where a redaction goes on', { a: null }, [redact('/a/b')], { a: null }],
    ['what is not there', { a: 1 }, [redact('/b'), redact('/b/c/d'), cap('/c', 1)], { a: 1 }],
    ['a prototype', { a: 1 }, [redact('/__proto__/polluted'), redact('/constructor')], { a: 1 }],
    ['a value in place of another', { a: 1 }, [set('/a', 'x')], { a: 'x' }],
    [
      'a value where there is none',
      { o: {} },
      [set('/a', null), set('/o/b', [1])],
      { a: null, o: { b: [1] } },
    ],
    ['a value in place of an output', { a: { $from: 's1' } }, [set('/a', 'x')], { a: 'x' }],
    ['a value in each element', { l: [{}, { c: 1 }] }, [set('/l/c', 2)], { l: [{ c: 2 }, { c: 2 }] }],
    ['a value in one element', { l: [1, 2] }, [set('/l/1', 9)], { l: [1, 9] }],
    ['a value named like a member of all objects', {}, [set('/constructor', 1)], { constructor: 1 }],
    ['a cap on a value that is set', { a: 1 }, [set('/a', 900), cap('/a', 500)], { a: 500 }],
    ['a cap inside a value that is set', {}, [set('/a', { n: 9 }), cap('/a/n', 5)], { a: { n: 5 } }],
    ['a value that is smaller than a cap', { a: 9 }, [set('/a', 2), cap('/a', 5)], { a: 2 }],
    ['a value beside a redaction', { a: 1, b: 2 }, [set('/a', 3), redact('/b')], { a: 3, b: '[redacted]' }],
  ])('%s', (_, args, obligations, expected) => {
    const before = structuredClone(args);
    expect(effectiveArguments(args, obligations).effective).toEqual(expected);
    expect(args).toEqual(before);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('obligations that cannot be met', () => {
  it.each<[string, JsonObject, Obligation[], string, string]>([
    ['a cap on a text', { amount: '900' }, [cap('/amount', 500)], 'not_applicable', 'must be a number'],
    ['a cap on an output', { n: { $from: 's' } }, [cap('/n', 5)], 'not_applicable', 'must be a number'],
    ['a cap on a list', { n: [9] }, [cap('/n', 5)], 'not_applicable', 'must be a number'],
    ['a cap on a text that is set', { n: 1 }, [set('/n', 'x'), cap('/n', 5)], 'not_applicable', 'a number'],
    ['arguments of another step', { $from: 's' }, [redact('/a')], 'not_applicable', 'all the others'],
    ['a value inside an output', { a: { $from: 's' } }, [set('/a/b', 1)], 'not_applicable', '/a/b'],
    ['a value inside a text', { a: 'x' }, [set('/a/b', 1)], 'not_applicable', '/a/b'],
    ['a value inside null', { a: null }, [set('/a/b', 1)], 'not_applicable', '/a/b'],
    ['a value inside nothing', {}, [set('/a/b', 1)], 'not_applicable', '/a/b'],
    ['a value inside a prototype', {}, [set('/constructor/b', 1)], 'not_applicable', '/constructor/b'],
    ['a value behind a list', { l: [1] }, [set('/l/1', 1)], 'not_applicable', '/l/1'],
    ['a value in each of no elements', { l: [] }, [set('/l/c', 1)], 'not_applicable', '/l/c'],
    ['a value in the elements of no list', { l: [[]] }, [set('/l/c', 1)], 'not_applicable', '/l/c'],
    ['a value in a list beside others', { l: [{}, []] }, [set('/l/c', 1)], 'not_applicable', '/l/c'],
    [
      'a value in an empty list of a list',
      { l: [{ m: [] }] },
      [set('/l/m/c', 1)],
      'not_applicable',
      '/l/m/c',
    ],
    ['a value in an element that takes none', { l: [{}, 1] }, [set('/l/c', 1)], 'not_applicable', '/l/c'],
    ['two values in one element', { l: [{}] }, [set('/l/0/a', 1), set('/l/a', 2)], 'conflict', '/l/0/a'],
    ['a value in an element that is set', { l: [{}] }, [set('/l/0', {}), set('/l/a', 2)], 'conflict', '/l/0'],
    ['a value in an element that goes', { l: [{}] }, [set('/l/a', 2), redact('/l/0')], 'conflict', '/l/a'],
  ])('%s', (_, args, obligations, reason, words) => {
    const before = structuredClone(args);
    const { unmet } = effectiveArguments(args, obligations);
    expect(unmet).toMatchObject({
      reason: `obligation_${reason}`,
      message: expect.stringContaining(words),
    });
    expect(args).toEqual(before);
  });

  it('are none where two pointers put the same into one place', () => {
    const both = [set('/l/0/a', 1), set('/l/a', 1)];
    expect(effectiveArguments({ l: [{}] }, both).effective).toEqual({ l: [{ a: 1 }] });
  });
});
