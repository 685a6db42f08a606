import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseSubmission } from '../../src/plan/parse-with.ts';
import { MODES, RUNTIME_MODES } from '../../src/plan/plan.ts';
import { PlanError } from '../../src/plan/plan-error.ts';
import {
  MAX_STEPS,
  planSchema,
  type Shorthand,
  type SubmittedPlan,
  shorthandSchema,
} from '../../src/plan/schema.ts';
import { SENSITIVITY_LEVELS } from '../../src/plan/sensitivity.ts';
import { shapeCheck } from '../../src/plan/shape-check.ts';
import { SOURCE_TYPES, TRUST_LEVELS } from '../../src/plan/trust-level.ts';

const FORMS = [
  ['a plan', planSchema, anyPlan()],
  ['a shorthand', shorthandSchema, anyShorthand()],
] as const;

describe.each(FORMS)('the compiled check of %s', (_, schema, anyValid) => {
  it('accepts what is valid', () => {
    fc.assert(
      fc.property(anyValid, (value) => {
        expectSameVerdict(schema, value);
        expect(shapeCheck(schema)(value)).toBe(true);
        expect(parseSubmission(schema, value)).toBe(value);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts of broken ones exactly what zod accepts', () => {
    fc.assert(
      fc.property(anyValid, anyMutations(['a', 'aa', 'é']), (value, mutations) => {
        expectSameVerdict(schema, mutations.reduce<unknown>(mutated, value));
      }),
      { numRuns: 600 },
    );
  });

  it('accepts nothing that zod refuses, and never decides a submission alone, where letters take two units', () => {
    fc.assert(
      fc.property(anyValid, anyMutations(['😀', '😀a']), (value, mutations) => {
        const broken = mutations.reduce<unknown>(mutated, value);
        const isValid = schema.safeParse(broken).success;
        if (shapeCheck(schema)(broken)) expect(isValid).toBe(true);
        expect(isParsed(schema, broken)).toBe(isValid);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what is no object at all', () => {
    for (const value of [null, undefined, [], 'text', 1, true]) expectSameVerdict(schema, value);
  });
});

const STEP = { tool_name: 'send_email' };
const PLAN = { agent: { agent_id: 'agent-1' }, steps: [STEP] };
const withStep = (step: object): unknown => ({ ...PLAN, steps: [{ ...STEP, ...step }] });

describe('the compiled check at the limits', () => {
  it.each<[what: string, value: unknown, accepted: boolean]>([
    ['a name of 256 letters', withStep({ tool_name: 'a'.repeat(256) }), true],
    ['a name of 257 letters', withStep({ tool_name: 'a'.repeat(257) }), false],
    ['a name of 128 emoji', withStep({ tool_name: '😀'.repeat(128) }), true],
    ['an id of 129 letters', withStep({ step_id: 'a'.repeat(129) }), false],
    ['an id before a line feed', withStep({ step_id: 's1\n' }), false],
    ['an id that begins with a dot', withStep({ step_id: '.s1' }), false],
    ['200 steps', { ...PLAN, steps: Array.from({ length: MAX_STEPS }, () => STEP) }, true],
    ['201 steps', { ...PLAN, steps: Array.from({ length: MAX_STEPS + 1 }, () => STEP) }, false],
    ['more dollars', withStep({ estimated_cost: { usd: 1_000_000_000.5 } }), false],
    ['a debt', withStep({ estimated_cost: { usd: -0.01 } }), false],
    ['minus zero dollars', withStep({ estimated_cost: { usd: -0 } }), true],
    ['half a token', withStep({ estimated_cost: { tokens: 0.5 } }), false],
    ['a million million tokens', withStep({ estimated_cost: { tokens: 1e12 } }), true],
    ['one token more', withStep({ estimated_cost: { tokens: 1e12 + 1 } }), false],
    ['arguments of null', withStep({ arguments: null }), false],
    ['a prompt of a million letters', { ...PLAN, prompt: 'a'.repeat(1_000_000) }, true],
    ['a prompt of one more', { ...PLAN, prompt: 'a'.repeat(1_000_001) }, false],
    ['a prompt of half a million emoji', { ...PLAN, prompt: '😀'.repeat(500_000) }, true],
  ])('agrees with zod on %s', (_, value, accepted) => {
    expectSameVerdict(planSchema, value);
    expect(shapeCheck(planSchema)(value)).toBe(accepted);
  });

  // zod counts code points, the compiled check UTF-16 units.
  it.each<[what: string, value: unknown]>([
    ['a name of 128 emoji and a letter', withStep({ tool_name: `${'😀'.repeat(128)}a` })],
    ['a prompt of half a million emoji and one', { ...PLAN, prompt: '😀'.repeat(500_001) }],
  ])('is stricter than zod on %s, and leaves the last word to it', (_, value) => {
    expect(shapeCheck(planSchema)(value)).toBe(false);
    expect(planSchema.safeParse(value).success).toBe(true);
    expect(isParsed(planSchema, value)).toBe(true);
  });

  it.each<[what: string, value: unknown, accepted: boolean]>([
    ['a name of 256 emoji', withStep({ tool_name: '😀'.repeat(256) }), true],
    ['a name of 257 emoji', withStep({ tool_name: '😀'.repeat(257) }), false],
  ])('leaves the last word on %s to zod', (_, value, accepted) => {
    expect(isParsed(planSchema, value)).toBe(accepted);
  });
});

it('is compiled once for a schema', () => {
  expect(shapeCheck(planSchema)).toBe(shapeCheck(planSchema));
  expect(shapeCheck(z.strictObject({}))).not.toBe(shapeCheck(z.strictObject({})));
});

type AnySchema = typeof planSchema | typeof shorthandSchema;

function expectSameVerdict(schema: AnySchema, value: unknown): void {
  const isValid = schema.safeParse(value).success;
  expect(shapeCheck(schema)(value)).toBe(isValid);
  const parse = (): unknown => parseSubmission<z.ZodType>(schema, value);
  if (isValid) expect(parse()).toEqual(value);
  else expect(parse).toThrow(PlanError);
}

function isParsed(schema: AnySchema, value: unknown): boolean {
  try {
    parseSubmission<z.ZodType>(schema, value);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(PlanError);
    return false;
  }
}

/** One thing done to one object or list of a document, both chosen by number. */
type Mutation = {
  place: number;
  member: number;
  kind: 'drop' | 'add' | 'replace' | 'stretch';
  value: unknown;
  ending: string;
};

/** `endings`: what follows 255 letters where a text is stretched. */
function anyMutations(endings: string[]): fc.Arbitrary<Mutation[]> {
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, undefined, 0, -1, 1.5, 1e15, true, '', 'x', [], {}, [null], [{}], ['s1']),
    fc.constantFrom('😀'.repeat(128), 'a'.repeat(257), 's1\n', '\u2028', 'sha256:0'),
    fc.constantFrom<string>(...MODES, ...RUNTIME_MODES, ...TRUST_LEVELS, ...SOURCE_TYPES),
  );
  const mutation = fc.record<Mutation>({
    place: fc.nat(50),
    member: fc.nat(20),
    kind: fc.constantFrom('drop', 'add', 'replace', 'stretch'),
    value,
    ending: fc.constantFrom(...endings),
  });
  return fc.array(mutation, { minLength: 1, maxLength: 3 });
}

const OTHER_NAMES = ['unknown', 'mode', 'step_id', 'constructor', 'toString'];

/** A copy of the document with the mutation in it. */
function mutated(document: unknown, mutation: Mutation): unknown {
  const copy = structuredClone(document);
  const places = objectsIn(copy);
  const place = places[mutation.place % Math.max(places.length, 1)];
  if (place === undefined) return mutation.value;
  if (Array.isArray(place)) mutateItem(place, mutation);
  else mutateMember(place, mutation);
  return copy;
}

function mutateItem(items: unknown[], { member, kind, value }: Mutation): void {
  const index = member % (items.length + 1);
  if (kind === 'drop') items.splice(index, 1);
  else items[index] = value;
}

function mutateMember(object: Record<string, unknown>, { member, kind, value, ending }: Mutation): void {
  const keys = Object.keys(object);
  const key = keys[member % Math.max(keys.length, 1)] ?? 'unknown';
  const old = object[key];
  if (kind === 'drop') delete object[key];
  else if (kind === 'add') object[OTHER_NAMES[member % OTHER_NAMES.length] ?? ''] = value;
  else if (kind === 'stretch' && typeof old === 'string') object[key] = 'a'.repeat(255) + ending;
  else object[key] = value;
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (value === null || typeof value !== 'object') return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

type All<T> = { [Member in keyof Required<T>]: fc.Arbitrary<Exclude<T[Member], undefined>> };

/** A record whose members are all named, so that a new one of the schema cannot be forgotten here. */
function some<T extends object>(members: All<T>, requiredKeys: (keyof T)[]): fc.Arbitrary<T> {
  const model = members as { [Member in keyof T]: fc.Arbitrary<T[Member]> };
  return fc.record(model, { requiredKeys, noNullPrototype: true }) as unknown as fc.Arbitrary<T>;
}

function anyPlan(): fc.Arbitrary<SubmittedPlan> {
  return some<SubmittedPlan>(
    {
      trace_id: id(),
      execution_plan_id: id(),
      mode: fc.constantFrom(...MODES),
      agent: some<SubmittedPlan['agent']>(
        {
          agent_id: name(),
          agent_name: name(),
          agent_type: name(),
          tenant_id: name(),
          policy_bundle: name(),
          runtime_mode: fc.constantFrom(...RUNTIME_MODES),
          budget_context: name(),
        },
        ['agent_id'],
      ),
      on_behalf_of: fc.record({ type: name(), id: name() }, { noNullPrototype: true }),
      parent: some({ trace_id: id(), execution_plan_id: id(), step_id: id() }, ['trace_id']),
      session_id: name(),
      correlation_id: name(),
      environment: name(),
      prompt: fc.string(),
      provenance: fc.array(anySource(), { maxLength: 3 }),
      steps: fc.array(anyStep(), { minLength: 1, maxLength: 3 }),
      approval_id: id(),
      request_permit: fc.boolean(),
      metadata: anyArguments(),
      supported_obligations: fc.array(name(), { maxLength: 3 }),
    },
    ['agent', 'steps'],
  );
}

type Step = SubmittedPlan['steps'][number];
type Source = NonNullable<SubmittedPlan['provenance']>[number];

function anyStep(): fc.Arbitrary<Step> {
  return some<Step>(
    {
      step_id: id(),
      tool_name: name(),
      arguments: anyArguments(),
      sensitivity_level: fc.constantFrom(...SENSITIVITY_LEVELS),
      estimated_cost: some(
        { usd: fc.double({ min: 0, max: 1e9, noNaN: true }), tokens: fc.nat({ max: 1e9 }) },
        [],
      ),
      depends_on: fc.array(id(), { maxLength: 3 }),
      provenance: fc.array(anySource(), { maxLength: 2 }),
    },
    ['tool_name'],
  );
}

function anySource(): fc.Arbitrary<Source> {
  return some<Source>(
    {
      source_type: fc.constantFrom(...SOURCE_TYPES),
      source_name: name(),
      trust_level: fc.constantFrom(...TRUST_LEVELS),
      content: fc.string({ unit: 'grapheme' }),
      content_hash: fc.constantFrom('0', 'f').map((digit) => `sha256:${digit.repeat(64)}`),
      signature: fc.string({ maxLength: 20 }),
      derived_from: fc.array(name(), { maxLength: 3 }),
    },
    ['source_type'],
  );
}

function anyShorthand(): fc.Arbitrary<Shorthand> {
  return some<Shorthand>(
    {
      agent_name: name(),
      tool_name: name(),
      arguments: anyArguments(),
      approval_id: id(),
      dry_run: fc.boolean(),
      allowed_capabilities: fc.array(name(), { maxLength: 3 }),
    },
    ['agent_name', 'tool_name'],
  );
}

function anyArguments(): fc.Arbitrary<Record<string, unknown>> {
  const key = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__proto__');
  return fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3, noNullPrototype: true });
}

function id(): fc.Arbitrary<string> {
  return fc.constantFrom('s1', 'a', 'Z9._:~@=+-', '0'.repeat(128), 'run-1');
}

function name(): fc.Arbitrary<string> {
  const odd = fc.constantFrom('😀'.repeat(128), 'a'.repeat(256), '\u2028', '\u0000', '\n');
  return fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), odd);
}
