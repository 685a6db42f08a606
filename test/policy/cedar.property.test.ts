import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cedarEngine, type SharedRule, type SharedStep } from './cedar-policies.ts';
import { bundleOf, stepView } from './step-view.ts';

/**
 * Another engine, with another author, on the same rules: what blocks is a `forbid`, what allows a `permit`, and without any
 * the answer is no. Every attribute that a rule asks for is there and of its type: where it is not, the two differ on purpose.
 */
const tool = fc.constantFrom('mail.send', 'mail.read', 'mail', 'pay', 'pay.now');
const toolPattern = fc.oneof(tool, fc.constantFrom('mail.*', '*', 'p*', '*.now'));
const toolNames = fc.uniqueArray(toolPattern, { minLength: 1, maxLength: 3 });
const agent = fc.constantFrom('a', 'b', 'c');
const level = fc.constantFrom('low', 'medium', 'high', 'critical');
const word = fc.constantFrom('s', 't', 'st', 'ts', 'x y', '"', '\\', 'ü', '*');
const part = fc.constantFrom('s', 't', 'ts', ' ');
const number = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom(2 ** 53 - 1, -(2 ** 53) + 1));
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });

/** One or two of these, as a rule would have them. */
function some<T extends object>(model: fc.Arbitrary<T>): fc.Arbitrary<Record<string, unknown>> {
  return fc.tuple(model, fc.nat()).map(([all, start]) => {
    const entries = Object.entries(all);
    const at = start % entries.length;
    return Object.fromEntries([...entries, ...entries].slice(at, at + 1 + (start % 2)));
  });
}

const args = fc.record(
  {
    amount: some(
      fc.record({
        gt: number,
        lte: number,
        gte: number,
        lt: number,
        eq: number,
        ne: number,
        in: fc.uniqueArray(number, { minLength: 1, maxLength: 3 }),
        not_in: fc.uniqueArray(number, { minLength: 1, maxLength: 3 }),
      }),
    ),
    kind: some(
      fc.record({
        eq: word,
        starts_with: part,
        in: words,
        ends_with: part,
        ne: word,
        contains: part,
        not_in: words,
      }),
    ),
    // One operator: of several, ours asks that one element meets them all.
    tags: fc.oneof(fc.record({ in: words }), fc.record({ not_in: words })),
    flag: fc.record({ eq: fc.boolean() }),
    note: fc.record({ exists: fc.boolean() }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<SharedRule['args']>;

const rules: fc.Arbitrary<SharedRule[]> = fc
  .array(
    fc.record({
      match: fc.record(
        {
          tool_name: fc.oneof(
            toolNames,
            fc.record({ not_in: toolNames.filter((names) => !names.includes('*')) }),
          ),
          agent_name: fc.uniqueArray(agent, { minLength: 1, maxLength: 2 }),
          sensitivity_level: fc.oneof(
            fc.record({ gte: level }),
            fc.record({ lte: level }),
            fc.record({ eq: level }),
          ),
        },
        { requiredKeys: [] },
      ),
      args: fc
        .tuple(args, fc.nat(2))
        .map(([all, most]) => Object.fromEntries(Object.entries(all).slice(0, most)) as SharedRule['args']),
      action: fc.constantFrom('allow' as const, 'allow' as const, 'block' as const),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drafts) =>
    drafts.filter((draft) => !isRefused(draft)).map((draft, index) => ({ ...draft, id: `r${index}` })),
  )
  .filter((given) => given.length > 0);

/** Numbers that no value satisfies are an error at load. */
function isRefused({ args: { amount = {} } }: Pick<SharedRule, 'args'>): boolean {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = amount as Record<string, number>;
  const [low, high] = [Math.max(gt, gte), Math.min(lt, lte)];
  return low > high || (low === high && (low === gt || high === lt));
}

const step: fc.Arbitrary<SharedStep> = fc.record({
  tool_name: tool,
  agent_name: agent,
  sensitivity_level: level,
  arguments: fc.record(
    { amount: number, kind: word, tags: words, flag: fc.boolean(), note: word },
    { requiredKeys: ['amount', 'kind', 'tags', 'flag'] },
  ),
});

describe('beside Cedar', () => {
  it('the same rules give the same answers, for the same reasons', () => {
    let [allowed, all] = [0, 0];
    fc.assert(
      fc.property(rules, fc.array(step, { minLength: 20, maxLength: 20 }), (given, steps) => {
        const cedar = cedarEngine(given);
        const bundle = bundleOf(given);
        for (const one of steps) {
          const verdict = bundle.evaluate(stepView(one as never));
          const deciding = verdict.matched
            .filter(({ effect }) => effect === verdict.action)
            .map(({ id }) => id);
          const ours = { isAllowed: verdict.action === 'allow', reasons: deciding.toSorted(), errors: 0 };
          expect(ours).toEqual(cedar(one));
          all += 1;
          if (ours.isAllowed) allowed += 1;
        }
      }),
      { numRuns: 400, endOnFailure: true },
    );
    expect(all).toBeGreaterThanOrEqual(8000);
    expect(allowed / all).toBeGreaterThan(0.1);
    expect(allowed / all).toBeLessThan(0.9);
  });

  const broad: SharedRule = { id: 'broad', match: {}, args: {}, action: 'allow' };
  const plain: SharedStep = { tool_name: 'pay', agent_name: 'a', sensitivity_level: 'low', arguments: {} };
  /** Where a condition cannot be evaluated: Cedar passes over the policy, ours takes a rule that restricts for matched. */
  it.each<[string, SharedRule['args'], SharedStep['arguments'], boolean]>([
    ['an argument that is missing', { amount: { gt: 1000 } }, {}, true],
    ['a text for a number', { amount: { gt: 1000 } }, { amount: '5000' }, true],
    ['a list for a number', { amount: { gt: 1000 } }, { amount: [5000] }, false],
    ['a number for a text', { kind: { starts_with: 's' } }, { kind: 5 }, true],
    ['a text that is compared with a number', { amount: { eq: 5 } }, { amount: '5' }, true],
  ])(
    'differs on purpose: %s beside a broad allow passes there and is blocked here',
    (_, asked, given, isDoubt) => {
      const rules = [broad, { id: 'stop', match: {}, args: asked, action: 'block' as const }];
      const one = { ...plain, arguments: given };
      expect(cedarEngine(rules)(one).isAllowed).toBe(true);
      const { action, matched } = bundleOf(rules).evaluate(stepView(one as never));
      expect(action).toBe('block');
      expect(matched.some(({ doubt }) => doubt !== undefined)).toBe(isDoubt);
    },
  );
});
