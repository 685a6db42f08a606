import fc from 'fast-check';
import type { PolicyFiles } from '../../src/policy/compile.ts';
import { CAPABILITIES, type WrittenRule, writtenRules } from './analysis/random-bundle.ts';

type Rule = WrittenRule & { when?: string };

/** What the files of a bundle say. */
export type Written = {
  rules: Rule[];
  layered: Rule[];
  tenant: string;
  byDefault: string;
  combining: string;
  isGranted: boolean;
};

/** Conditions that load, and some that do not: they ask for what is in no closed list, or can never be true. */
const when = fc.oneof(
  { weight: 20, arbitrary: fc.constant(undefined) },
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'args.p == "s"',
      'plan.step_count > 1',
      'agent.agent_name != "b" && step.tool_name.startsWith("mail")',
      'step.tool_name == "pay" || has(args.q)',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'plan.step_count < 0',
      'findings.exists(f, f.category == "none")',
      'step.tol == ""',
    ),
  },
);

const rules: fc.Arbitrary<Rule[]> = fc
  .tuple(writtenRules, fc.array(when, { minLength: 7, maxLength: 7 }))
  .map(([some, conditions]) =>
    some.map((rule, index) => {
      const condition = conditions[index];
      return condition === undefined ? rule : { ...rule, when: condition };
    }),
  );

export const written: fc.Arbitrary<Written> = fc.record({
  rules,
  layered: rules,
  tenant: fc.constantFrom('acme', 'globex'),
  byDefault: fc.constantFrom('allow', 'block'),
  combining: fc.constantFrom('strongest', 'strongest', 'strongest', 'first_match'),
  isGranted: fc.constantFrom(false, false, false, true),
});

/** What of the next set is taken: mostly a rule or two, as people change a bundle. */
export type Change = {
  from: Written;
  taken: number[];
  dropped: number[];
  members: (keyof Written)[];
  isTurned: boolean;
};
export const change: fc.Arbitrary<Change> = fc.record({
  from: written,
  taken: fc.array(fc.nat(7), { maxLength: 2 }),
  dropped: fc.array(fc.nat(7), { maxLength: 1 }),
  isTurned: fc.boolean(),
  members: fc.subarray(['tenant', 'byDefault', 'combining', 'isGranted'], { maxLength: 1 }),
});

/** The next bundle of one that people go on changing. */
export function changed(before: Written, { from, taken, dropped, members, isTurned }: Change): Written {
  const other = Object.fromEntries(members.map((member) => [member, from[member]]));
  const mixed = (rules: readonly Rule[], next: readonly Rule[]) => {
    const byId = new Map(rules.filter((_, index) => !dropped.includes(index)).map((rule) => [rule.id, rule]));
    for (const rule of next.filter((_, index) => taken.includes(index))) byId.set(rule.id, rule);
    return isTurned ? [...byId.values()].reverse() : [...byId.values()];
  };
  return {
    ...before,
    ...other,
    rules: mixed(before.rules, from.rules),
    layered: mixed(before.layered, from.layered),
  };
}

export function filesOf({ rules, layered, tenant, byDefault, combining, isGranted }: Written): PolicyFiles {
  const lines = (some: readonly Rule[]) => some.map((rule) => `  - ${JSON.stringify(rule)}\n`).join('');
  // Compiling schemas takes longer than all the rest.
  const capabilities = isGranted ? CAPABILITIES : { mail: { tools: ['mail.send', 'mail.read', 'pay'] } };
  const own = layered.map((rule) => ({ ...rule, id: `layer.${rule.id}`, overrides: [] }));
  return {
    'policies.yaml': `default: ${byDefault}\ncombining: ${combining}\nrules:\n${lines(rules)}tests: []\n`,
    'capabilities.yaml': JSON.stringify({ capabilities }),
    ...(combining === 'strongest' && {
      'layers/one.yaml': `layer: tenant\ntenant_id: ${tenant}\nrules:\n${lines(own)}`,
    }),
  };
}
