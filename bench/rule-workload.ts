import type { StepView } from '../src/policy/bundle.ts';

/**
 * Rules as large companies have them, and steps that meet them. 85 % of the rules name a tool, 14 % a namespace
 * (`ns.*`), a few every tool; 30 % have a `when`. The more rules, the more of them speak of one tool: about 1.8, 8.5,
 * 28 and 45 at 10, 100, 1,000 and 10,000 rules. The same count gives the same rules and steps.
 */
export type Workload = { policies: string; steps: StepView[] };

type Size = { tools: number; namespaces: number; general: number };
const SIZES: Record<number, Size> = {
  10: { tools: 10, namespaces: 2, general: 0 },
  100: { tools: 20, namespaces: 4, general: 1 },
  1000: { tools: 60, namespaces: 15, general: 5 },
  10000: { tools: 400, namespaces: 100, general: 10 },
};
const STEPS = 512;

export function workloadOf(count: number): Workload {
  const size = SIZES[count];
  if (size === undefined) throw new Error(`there is no workload of ${count} rules`);
  const rules = Array.from({ length: count }, (_, index) => ruleAt(index, size));
  return {
    policies: JSON.stringify({ bundle: 'bench', rules }),
    steps: Array.from({ length: STEPS }, (_, index) => stepAt(index, size)),
  };
}

function ruleAt(index: number, size: Size) {
  const pick = <T>(values: readonly T[], salt: number) => values[scatter(index, salt) % values.length] as T;
  return {
    id: `rule.${index}`,
    match: { tool_name: coveredBy(index, size), ...pick(CONDITIONS, 1) },
    args: pick(ARGUMENTS, 2)(index),
    ...(scatter(index, 3) % 10 < 3 ? { when: pick(WHEN, 4)(index) } : {}),
    action: pick(['allow', 'block', 'allow', 'require_approval'], 5),
  };
}

/** A number that follows from the index and shows no pattern, so that no tool has rules of one kind only. */
function scatter(index: number, salt: number): number {
  const mixed = Math.imul(index + salt * 7_919, 0x9e3779b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 8;
}

function coveredBy(index: number, { tools, namespaces, general }: Size): string {
  if (index < general) return '*';
  return index % 7 === 3 ? `ns_${index % namespaces}.*` : toolAt(index % tools, namespaces);
}

function toolAt(index: number, namespaces: number): string {
  return `ns_${index % namespaces}.tool_${index}`;
}

const CONDITIONS: object[] = [
  { agent_name: ['ops_*', 'finance_agent'] },
  { tenant_id: 'acme' },
  { sensitivity_level: { gte: 'high' } },
  {},
  { provenance: { lowest_trust: { at_most: 'external' } } },
];
const ARGUMENTS: ((index: number) => object)[] = [
  (index) => ({ amount: { gt: (index % 40) * 25 } }),
  (index) => ({ to: { starts_with: index % 8 === 0 ? `team${index}@` : 'ops@' } }),
  (index) => ({ region: { in: ['eu', 'us', `r${index % 90}`] } }),
];
const WHEN: ((index: number) => string)[] = [
  (index) => `args.amount > ${index % 1_000} && args.currency in ["EUR", "USD"]`,
  (index) => `agent.agent_type == "external" || args.region != "r${index}"`,
  () => 'step.sensitivity_level in ["high", "critical"] && args.tags.exists(t, t == "export")',
  () => 'has(args.cc) && args.cc.endsWith("@acme.example")',
  (index) => `args.to.matches("^(ops|dev)[${index % 10}-9]?@") && step.lowest_trust != "trusted"`,
  (index) => `size(args.tags) > ${index % 5} ? args.amount < 100 : args.currency == "EUR"`,
];

/** Each value in turn, at its own pace, so that all combinations come. */
function stepAt(index: number, { tools, namespaces }: Size): StepView {
  const turn = <T>(values: readonly T[], pace: number) =>
    values[Math.floor(index / pace) % values.length] as T;
  return {
    step_id: 's1',
    tool_name: toolAt((index * 7) % tools, namespaces),
    agent_id: 'agent-1',
    agent_name: turn(['finance_agent', 'mail_agent', 'ops_1'], 1),
    agent_type: turn(['assistant', 'external'], 3),
    tenant_id: turn(['acme', 'globex'], 2),
    runtime_mode: 'gateway',
    sensitivity_level: turn(['low', 'medium', 'high', 'critical'] as const, 1),
    arguments: {
      amount: turn([12, 480, 1_200], 5),
      currency: turn(['EUR', 'USD', 'CHF'], 7),
      to: turn(['ops@acme.example', 'lee@acme.example'], 11),
      region: turn(['eu', 'us', 'sa'], 13),
      tags: turn([['export', 'monthly'], ['draft'], []], 17),
      cc: 'sam@acme.example',
    },
    instruction_trust: 'trusted',
    lowest_trust: turn(['trusted', 'external'] as const, 4),
    source_types: ['user_prompt'],
    findings: [],
    taintOf: () => 'trusted',
    unknown_pointers: [],
    plan: () => ({ steps: [] }),
    now: '2026-11-02T09:14:07.215Z',
  };
}
