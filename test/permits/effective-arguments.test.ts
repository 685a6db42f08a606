import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/json/value.ts';
import { effectiveArguments } from '../../src/permits/effective-arguments.ts';
import type { Obligation } from '../../src/policy/bundle.ts';

const redact = (path: string): Obligation => ({ type: 'redact_argument', path });
const cap = (path: string, max: number): Obligation => ({ type: 'cap_argument', path, max });

it.each<[string, JsonObject, Obligation[], JsonObject]>([
  ['nothing to do', { a: 1 }, [], { a: 1 }],
  ['a redaction', { body: 'secret', to: 'x' }, [redact('/body')], { body: '[redacted]', to: 'x' }],
  ['a redaction of a whole object', { a: { b: { c: 1 } } }, [redact('/a/b')], { a: { b: '[redacted]' } }],
  ['a cap on more', { amount: 900 }, [cap('/amount', 500)], { amount: 500 }],
  ['a cap on less', { amount: 100 }, [cap('/amount', 500)], { amount: 100 }],
  ['a cap on a text', { amount: '900' }, [cap('/amount', 500)], { amount: '900' }],
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
])('meets obligations: %s', (_, args, obligations, expected) => {
  const before = structuredClone(args);
  expect(effectiveArguments(args, obligations)).toEqual(expected);
  expect(args).toEqual(before);
  expect({}).not.toHaveProperty('polluted');
});
