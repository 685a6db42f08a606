import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/json/canonical.ts';
import { JsonError, MAX_DEPTH, parseStrictJson } from '../../src/json/strict-json.ts';
import type { JsonValue } from '../../src/json/value.ts';

const parse = (text: string): JsonValue => parseStrictJson(Buffer.from(text, 'utf8'));

/** The refusal of a document, and where it says the problem is. */
function refusalOf(bytes: Uint8Array | string): { code: string; pointer: string; message: string } {
  try {
    parseStrictJson(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(JsonError);
    const { code, errors } = error as JsonError;
    expect(errors.length).toBe(1);
    return { code, pointer: errors[0]?.pointer ?? '', message: errors[0]?.message ?? '' };
  }
  throw new Error('the document was accepted');
}

/** An object as it is written: its names may stand twice, and be spelled with escapes. */
type Written = { text: string; hasDuplicate: boolean };

describe('parseStrictJson', () => {
  it('reads what JSON.parse reads, whatever white space stands between', () => {
    fc.assert(
      fc.property(anyJson(), fc.constantFrom(0, 1, 2, '\t', '\r\n'), (value, space) => {
        const text = JSON.stringify(value, null, typeof space === 'number' ? space : '\t');
        const spaced = typeof space === 'number' ? text : `${space}${text.replaceAll('\n', '\r\n')}${space}`;
        expect(parse(spaced)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('gives back what has a canonical form, from which the same value is read again', () => {
    fc.assert(
      fc.property(anyJson(), (value) => {
        const read = parse(JSON.stringify(value));
        expect(parse(canonicalJson(read))).toEqual(read);
      }),
    );
  });

  it('refuses a document exactly when a name stands twice in one of its objects, however it is spelled', () => {
    fc.assert(
      fc.property(anyWritten(), ({ text, hasDuplicate }) => {
        if (hasDuplicate) expect(refusalOf(text).message).toBe('a member name stands twice in one object');
        else expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['{"a":1,"a":1}', '/a'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['[{"a":{"b":[0,{"c":1,"x":":","c":2}]}}]', '/0/a/b/1/c'],
    ['{"a/b":1,"x":2,"a\\/b":3}', '/a~1b'],
    ['{"":1,"":2}', '/'],
    ['{"😀":1,"\\ud83d\\ude00":2}', '/😀'],
    ['{"1":1,"0":2,"1":3}', '/1'],
    ['{"a\\"":1,"b":"\\\\","a\\u0022":2}', '/a"'],
  ])('names the member that stands twice in %s', (text, pointer) => {
    expect(refusalOf(text)).toMatchObject({ code: 'invalid_json', pointer });
  });

  it('lets the same name stand in different objects', () => {
    expect(parse('{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}')).toEqual({
      a: { a: { a: 1 } },
      b: [{ a: 1 }, { a: 2 }],
    });
  });

  it.each([
    ['{"__proto__":1}', '/__proto__'],
    ['{"a":[{"\\u005f_proto__":{"isAdmin":true}}]}', '/a/0/__proto__'],
  ])('refuses the name __proto__ in %s', (text, pointer) => {
    expect(refusalOf(text)).toEqual({
      code: 'invalid_json',
      pointer,
      message: 'the member name __proto__ is not allowed',
    });
  });

  it('takes other names that objects know, as members like any other', () => {
    const text = '{"constructor":1,"toString":2,"hasOwnProperty":3,"prototype":4}';
    expect(canonicalJson(parse(text))).toBe(
      '{"constructor":1,"hasOwnProperty":3,"prototype":4,"toString":2}',
    );
  });

  it.each([
    ['arrays', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
    ['objects', (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
    [
      'both',
      (depth: number) => `${'[{"a":'.repeat(depth / 2)}[]${'}]'.repeat(depth / 2)}`.replace('[]', '1'),
    ],
  ])('takes %s nested 64 deep and no deeper', (_, nested) => {
    expect(parse(nested(MAX_DEPTH))).toEqual(JSON.parse(nested(MAX_DEPTH)));
    for (const depth of [MAX_DEPTH + 2, 1_000, 100_000]) {
      const { code, message, pointer } = refusalOf(nested(depth));
      expect({ code, message }).toEqual({
        code: 'invalid_json',
        message: 'the value is nested deeper than 64 levels',
      });
      expect(pointer.length).toBeLessThanOrEqual(201);
    }
    expect(refusalOf(`[${nested(MAX_DEPTH)}]`).message).toContain('nested deeper');
  });

  it.each([
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['5e-324', Number.MIN_VALUE],
    ['0.1', 0.1],
    ['1E2', 100],
  ])('reads the number %s', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  it.each([
    ['9007199254740992', 'rounded'],
    ['-9007199254740993', 'rounded'],
    ['1e21', 'rounded'],
    ['1.7976931348623157e308', 'rounded'],
    ['1e400', 'too large'],
    ['-1e400', 'too large'],
  ])('refuses the number %s and says where it stands', (text, words) => {
    const refusal = refusalOf(`{"a":[0,${text}]}`);
    expect(refusal).toMatchObject({ code: 'invalid_json', pointer: '/a/1' });
    expect(refusal.message).toContain(words);
  });

  it.each([
    ['{"a":"\\ud800"}', '/a'],
    ['["x\\udc00"]', '/0'],
    ['["\\ude00\\ud83d"]', '/0'],
    ['"\\udfff"', ''],
  ])('refuses the lone surrogate in %s', (text, pointer) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatchObject({ code: 'invalid_json', pointer });
    expect(refusal.message).toContain('lone surrogate');
  });

  it('refuses a lone surrogate in a name', () => {
    expect(refusalOf('{"a":{"x\\ud800":1}}').message).toContain('lone surrogate');
  });

  it.each([
    'NaN',
    'Infinity',
    '-Infinity',
    'undefined',
    '{"a":1} x',
    '{"a":1}{}',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '[01]',
    '[1.]',
    '[.5]',
    '[+1]',
    '[0x10]',
    '"a\nb"',
    '"\\x41"',
    '[1] // one',
    '\ufeff{"a":1}',
    '{"a":1',
    '"a',
    '\u00a0[]',
    '[]\u0000',
  ])('refuses %j, which is not JSON', (text) => {
    const { code, pointer, message } = refusalOf(text);
    expect({ code, pointer }).toEqual({ code: 'invalid_json', pointer: '' });
    expect(message).toMatch(/^the body is not JSON: (at position \d+|it ends|a character is out of place)/);
  });

  it('says nothing of what a broken document holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('{"k":"', '[1,"', '"'),
        fc.constantFrom('" x', '', '",}'),
        (before, after) => {
          expect(refusalOf(`${before}s3cr3t-value${after}`).message).not.toContain('s3cr3t');
        },
      ),
    );
  });

  it.each(['', ' ', '\r\n\t', '\ufeff'])('calls %j empty', (text) => {
    expect(refusalOf(text).message).toBe('the body is empty; a JSON value is needed');
  });

  it.each([
    ['a byte that begins nothing', [0x22, 0xff, 0x22]],
    ['a text cut in the middle of a character', [0x22, 0xe2, 0x82, 0x22]],
    ['a slash of two bytes', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0x00, 0xff, 0xfe]],
  ])('refuses %s', (_, bytes) => {
    expect(refusalOf(Uint8Array.from(bytes))).toMatchObject({
      code: 'invalid_json',
      message: 'the body is not valid UTF-8',
    });
  });

  it('reads the bytes it is given and none beside them', () => {
    const memory = Buffer.from('[9]{"a":"é"}[9]', 'utf8');
    expect(parseStrictJson(memory.subarray(3, memory.length - 3))).toEqual({ a: 'é' });
  });

  // V8 compares an escaped name, as it is written, with the name it expects in that place (nodejs/node#63785).
  it('reads an escaped name as itself, whatever was read before', () => {
    const kept = parse('{"subject":"hi","t\\\\":"x"}');
    expect(kept).toEqual({ subject: 'hi', 't\\': 'x' });
    expect(parse('{"subject":"hi","t\\u006f":"x"}')).toEqual({ subject: 'hi', to: 'x' });
  });
});

/** Any value that is taken. */
function anyJson(): fc.Arbitrary<unknown> {
  const name = fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom('a', '1', '"', ':', 'a:b', '\n', '{'),
    )
    .filter((text) => text !== '__proto__');
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('"', '\\', '":"', '\\"', '{"a":1,"a":2}', '\u2028'),
      fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    ),
  })).value;
}

/** Documents of few names, so that they meet, each spelled one way or another. */
function anyWritten(): fc.Arbitrary<Written> {
  const name = fc.tuple(fc.constantFrom('a', 'b', '"', '"a', ':', '1', ''), fc.boolean());
  return fc.letrec<{ value: Written }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('1', '"a"', '":"', '"\\\\"', '"\\":"', 'null', '{}').map((text) => written(text)),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => {
        return written(`[${items.map(({ text }) => text).join(',')}]`, items.some(isDuplicate));
      }),
      fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map(writtenObject),
    ),
  })).value;
}

function written(text: string, hasDuplicate = false): Written {
  return { text, hasDuplicate };
}

function isDuplicate({ hasDuplicate }: Written): boolean {
  return hasDuplicate;
}

function writtenObject(members: [name: [text: string, isEscaped: boolean], value: Written][]): Written {
  const names = members.map(([[text]]) => text);
  const texts = members.map(([[text, isEscaped], value]) => `${spelled(text, isEscaped)} : ${value.text}`);
  const isTwice = new Set(names).size < names.length;
  return written(`{${texts.join(' , ')}}`, isTwice || members.some(([, value]) => value.hasDuplicate));
}

function spelled(text: string, isEscaped: boolean): string {
  if (!isEscaped) return JSON.stringify(text);
  const units = [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${units.join('')}"`;
}
