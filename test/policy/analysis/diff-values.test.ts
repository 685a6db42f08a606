import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json/value.ts';
import { jointNames } from '../../../src/policy/analysis/diff/joint-names.ts';
import { isLooser, type Terms } from '../../../src/policy/analysis/diff/leniency.ts';
import { schemaNarrows } from '../../../src/policy/analysis/diff/schema-narrows.ts';
import { textFor } from '../../../src/policy/analysis/pattern-text.ts';
import { sampleOf } from '../../../src/policy/analysis/schema-sample.ts';
import { matchesGlob } from '../../../src/policy/glob.ts';
import { compilePattern } from '../../../src/policy/pattern.ts';
import { createToolSchemaCompiler } from '../../../src/policy/tool-schema.ts';

describe('names for patterns together', () => {
  it('fit two globs at once', () => {
    const { names, isComplete } = jointNames(['fin*', '*ance']);
    expect(isComplete).toBe(true);
    expect(names.some((name) => name.startsWith('fin') && name.endsWith('ance'))).toBe(true);
  });

  it('have one for every choice of patterns that some name fits', () => {
    const letter = fc.constantFrom('a', 'b', '*', '?');
    const patterns = fc.array(fc.string({ unit: letter, minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    });
    const names = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(patterns, fc.array(names, { minLength: 20, maxLength: 20 }), (globs, others) => {
        const choiceOf = (name: string) => globs.map((glob) => matchesGlob(glob, name)).join();
        const { names: found, isComplete } = jointNames(globs);
        const choices = new Set(found.map(choiceOf));
        // Where an exact name is the only one of its kind, it cannot be known that no other is.
        if (globs.every((glob) => /[*?]/.test(glob))) expect(isComplete).toBe(true);
        for (const other of others) expect(choices).toContain(choiceOf(other));
      }),
      { numRuns: 200 },
    );
  });

  /** Whoever writes the files may name the very names that are tried, again and again. */
  function takenNames(globs: readonly string[], rounds: number): string[] {
    let taken: string[] = [];
    for (let round = 0; round < rounds; round += 1)
      taken = [...new Set([...taken, ...jointNames([...globs, ...taken]).names])];
    return taken;
  }

  it('have one beside the exact names, or are not complete', () => {
    const letter = fc.constantFrom('a', 'b', '*', '?');
    const glob = fc.string({ unit: letter, minLength: 1, maxLength: 3 }).filter((one) => /[*?]/.test(one));
    fc.assert(
      fc.property(fc.array(glob, { minLength: 1, maxLength: 3 }), fc.nat(6), (globs, rounds) => {
        const taken = takenNames(globs, rounds);
        const { names: found, isComplete } = jointNames([...globs, ...taken]);
        const choiceOf = (name: string) => globs.map((one) => matchesGlob(one, name)).join();
        const beside = new Set(found.filter((name) => !taken.includes(name)).map(choiceOf));
        expect(!isComplete || taken.every((name) => beside.has(choiceOf(name)))).toBe(true);
      }),
      { numRuns: 100 },
    );
    const taken = ['some-other-name', 'some-other-name-1'];
    expect(jointNames(taken)).toMatchObject({ isComplete: true, names: ['some-other-name-2', ...taken] });
    expect(jointNames(['a*', ...takenNames(['a*'], 6)]).names.length).toBeGreaterThan(6);
  });

  it('are not complete where there are too many', () => {
    const globs = Array.from({ length: 13 }, (_, index) => `*${index}*`);
    expect(jointNames(globs).isComplete).toBe(false);
  });
});

it.each([
  '^[A-Z]{2}[0-9]{4}$',
  '^DE[0-9]{4}(X|Y)$',
  '^(?:a|b)+c?$',
  '^\\d{3}-\\w+@example\\.com$',
  'https?://[^/]+/x',
  '^[^a-z]{3,5}$',
  '^a{2,}$',
])('makes a text for %s', (source) => {
  expect(compilePattern(source).pattern?.test(textFor(source) ?? '')).toBe(true);
});

const schema: fc.Arbitrary<JsonObject> = fc.record(
  {
    type: fc.constantFrom('number', 'integer', 'string'),
    minimum: fc.nat(4),
    maximum: fc.integer({ min: 5, max: 9 }),
    minLength: fc.nat(2),
    maxLength: fc.integer({ min: 3, max: 5 }),
    enum: fc.uniqueArray(fc.constantFrom(1, 5, 'a', 'ab'), { minLength: 1 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;
const objects: fc.Arbitrary<JsonObject> = fc.record(
  {
    properties: fc.dictionary(fc.constantFrom('p', 'q'), schema),
    required: fc.uniqueArray(fc.constantFrom('p', 'q'), { minLength: 1 }),
    additionalProperties: fc.oneof(fc.boolean(), schema),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

it('a schema that narrows takes nothing that the other does not', () => {
  const { compile } = createToolSchemaCompiler();
  const value = fc.oneof(fc.integer({ min: -1, max: 10 }), fc.constantFrom(4.5, 'a', 'ab', 'abcdef', null));
  const args = fc.array(fc.dictionary(fc.constantFrom('p', 'q', 'r'), value), {
    minLength: 10,
    maxLength: 10,
  });
  const similar = fc.oneof(
    fc.tuple(objects, objects),
    fc
      .tuple(objects, schema)
      .map(([one, changed]): [JsonObject, JsonObject] => [
        one,
        { ...one, properties: { ...(one['properties'] as JsonObject), p: changed } },
      ]),
    fc.tuple(objects, objects).map(([one, more]): [JsonObject, JsonObject] => [one, { ...one, ...more }]),
    fc.tuple(objects, objects).map(([one, more]): [JsonObject, JsonObject] => {
      const before = { ...one, patternProperties: { '^[qr]': { type: 'number' } } };
      return [before, { ...before, ...more }];
    }),
  );
  let narrower = 0;
  fc.assert(
    fc.property(similar, args, ([before, after], samples) => {
      const [old, now] = [compile(before), compile(after)];
      if (!schemaNarrows(before, after) || old.check === undefined || now.check === undefined) return;
      narrower += 1;
      for (const sample of samples)
        if (now.check(sample, []).length === 0) expect(old.check(sample, [])).toEqual([]);
    }),
    { numRuns: 600 },
  );
  expect(narrower).toBeGreaterThan(40);
});

it('sees no narrowing in a member that no pattern of names let through', () => {
  const patterns: JsonObject = {
    patternProperties: { '^x': { type: 'number' } },
    additionalProperties: false,
  };
  expect(schemaNarrows(patterns, { ...patterns, properties: { secret: {} } })).toBe(false);
});

it('arguments made for a schema fit it', () => {
  const { compile } = createToolSchemaCompiler();
  const parts: JsonObject[] = [
    { type: 'integer', exclusiveMinimum: 3, multipleOf: 5 },
    { type: 'number', minimum: 0.2, maximum: 0.4 },
    { type: 'number', exclusiveMaximum: 0 },
    { type: 'string', format: 'uuid' },
    { type: 'string', format: 'date-time' },
    { type: 'string', pattern: '^[a-f0-9]{8}$' },
    { type: 'string', pattern: 'x', minLength: 12 },
    { type: 'array', minItems: 2, items: { type: 'string', format: 'email' } },
    { enum: ['a', 'b'] },
    { anyOf: [{ type: 'string', format: 'ipv4' }, { type: 'null' }] },
  ];
  for (const part of parts) {
    const whole: JsonObject = { type: 'object', required: ['a'], properties: { a: part } };
    expect([part, compile(whole).check?.(sampleOf(whole) as JsonObject, [])]).toEqual([part, []]);
  }
});

describe('what is looser', () => {
  const allow: Terms = { action: 'allow', obligations: [] };
  const cap = (max: number): Terms => ({
    action: 'allow',
    obligations: [{ type: 'cap_argument', path: '/a/b', max }],
  });
  const redact = (path: string): Terms => ({
    action: 'allow',
    obligations: [{ type: 'redact_argument', path }],
  });
  const notify = (...channels: string[]): Terms => ({
    action: 'block',
    obligations: [{ type: 'notify', channels }],
  });
  const asked = (more: object = {}): Terms => ({
    action: 'require_approval',
    obligations: [],
    demand: { ttl_ms: 10, required: 1, approvers: [], rule_hashes: ['h'], ...more },
  });
  it.each<[string, Terms, Terms, boolean]>([
    ['a weaker action', asked(), allow, true],
    ['a stronger action', allow, asked(), false],
    ['a cap less', cap(1), allow, true],
    ['a cap more', allow, cap(1), false],
    ['a lower cap', cap(2), cap(1), false],
    ['a higher cap', cap(1), cap(2), true],
    ['a redaction of all in place of a cap', cap(1), redact('/a'), false],
    ['a redaction of a part', redact('/a'), redact('/a/b'), true],
    ['fewer people told', notify('a', 'b'), notify('a'), true],
    ['more people told', notify('a'), notify('a', 'b'), false],
    ['an approval for longer', asked(), asked({ ttl_ms: 11 }), true],
    ['an approval by fewer', asked({ required: 2 }), asked(), true],
    ['an approval by anybody', asked({ approvers: ['lee'] }), asked(), true],
    ['an approval by others', asked({ approvers: ['lee'] }), asked({ approvers: ['sam'] }), true],
    ['an approval by some', asked(), asked({ approvers: ['sam'] }), false],
    ['the same', asked(), asked({ rule_hashes: ['other'] }), false],
  ])('%s', (_, before, after, expected) => {
    expect(isLooser(before, after)).toBe(expected);
  });
});
