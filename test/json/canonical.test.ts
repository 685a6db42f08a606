import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalHash, canonicalJson, canonicalString } from '../../src/json/canonical.ts';

/** The rule of RFC 8785 §3.2 written down naively. */
function naiveCanonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => naiveCanonical(item ?? null)).join(',')}]`;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${naiveCanonical(member)}`).join(',')}}`;
}

/** RFC 8785 appendix B: IEEE 754 bits and the text they must give. */
const NUMBERS: [bits: string, text: string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

describe('canonicalJson', () => {
  it.each(NUMBERS)('writes the double %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('sorts by UTF-16 code unit (RFC 8785 §3.2.3)', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect([...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map((match) => match[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('writes the example of RFC 8785 §3.2.2', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it.each([
    { name: 'integer-like keys', text: '{"10":1,"2":{"b":1,"a":[{"1":0,"0":0}]},"1":2}' },
    { name: 'a member named __proto__', text: '{"z":1,"__proto__":{"b":1,"a":2}}' },
    { name: 'an empty key', text: '{"a":1,"":2}' },
    { name: 'empty containers', text: '{"a":{},"b":[],"c":[[],{}]}' },
    { name: 'more keys than insertion sort takes', text: JSON.stringify(manyKeys()) },
  ])('sorts $name', ({ text }) => {
    expect(canonicalJson(JSON.parse(text))).toBe(naiveCanonical(JSON.parse(text)));
  });

  it('leaves out undefined members and writes undefined items as null', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, 1], 1: undefined })).toBe('{"a":[null,1]}');
  });

  it.each([
    ['a function', { a: () => 1 }],
    ['a bigint', [1n]],
    ['a symbol', { a: Symbol('a') }],
    ['NaN', { a: Number.NaN }],
    ['an infinite number', [Number.POSITIVE_INFINITY]],
    ['an infinite number beside integer-like keys', { 1: { a: Number.POSITIVE_INFINITY } }],
    ['a lone surrogate', { a: 'x\ud800' }],
    ['a lone surrogate in a key', { 'x\udc00': 1 }],
    ['a lone surrogate in a key beside integer-like keys', { 1: 1, 'x\udc00': 1 }],
    ['a lone surrogate alone', '\ud800'],
    ['undefined', undefined],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('agrees with the naive form on any JSON value', () => {
    fc.assert(
      fc.property(anyJson(), (value) => {
        expect(canonicalJson(value)).toBe(naiveCanonical(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is a fixed point: parsing and writing again changes nothing', () => {
    fc.assert(
      fc.property(anyJson(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});

it('canonicalString agrees with canonicalJson on any string', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(canonicalString(text)).toBe(canonicalJson(text));
    }),
  );
  expect(canonicalString('a"b\\\u0001\u2028')).toBe('"a\\"b\\\\\\u0001\u2028"');
  expect(() => canonicalString('\udfff')).toThrow(TypeError);
});

it('canonicalHash is the SHA-256 of the UTF-8 bytes of the canonical form', () => {
  const digest = createHash('sha256').update(Buffer.from('{"a":"é","b":1}', 'utf8')).digest('hex');
  expect(canonicalHash({ b: 1, a: 'é' })).toBe(`sha256:${digest}`);
});

/** JSON values whose keys are often integer-like, as engines order those on their own. */
function anyJson(): fc.Arbitrary<unknown> {
  const key = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.nat(20).map(String),
    fc.constantFrom('__proto__', 'a', 'b'),
  );
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'grapheme' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
    ),
  })).value;
}

function manyKeys(): Record<string, number> {
  return Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`k${(index * 37) % 80}`, index]));
}
