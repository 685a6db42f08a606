import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../src/decision/decide.ts';
import type { Facts } from '../src/decision/facts.ts';
import { normalizePlan } from '../src/plan/normalize.ts';
import type { Bundle } from '../src/policy/bundle.ts';
import { compileBundle } from '../src/policy/compile.ts';
import type { Child } from './child.ts';
import type { BenchContext, Benchmark, Figure } from './figure.ts';
import { DEFAULT_POLICIES, startGateway } from './gateway-child.ts';
import { load } from './load.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { compare, inTurns } from './rounds.ts';
import { policiesOf } from './rules.ts';
import { type Scope, withScope } from './scope.ts';
import { verdicts } from './verdicts.ts';

const RULE_COUNTS = [10, 100, 1_000, 10_000];
const MAX_RATIO = { of: 'ratio', bound: 'at_most', limit: 1.2 } as const;

export const policy: Benchmark = {
  question: 'What do more rules cost, by themselves, in the decision and in the whole request?',
  run: async (context) => [
    ...(await verdicts(context)),
    ...(await decisions(context)),
    ...(await requests(context)),
  ],
};

async function decisions({ isQuick, say }: BenchContext): Promise<Figure[]> {
  const [count, rounds] = isQuick ? [5_000, 3] : [30_000, 7];
  say(
    `decide at ${RULE_COUNTS.join(', ')} rules: ${rounds} rounds of ${RULE_COUNTS.length} × ${count} decisions`,
  );
  const contestants = RULE_COUNTS.map((rules) => [String(rules), decisionTime(rules, count)] as const);
  const measured = await inTurns(Object.fromEntries(contestants), rounds);
  const few = measured[String(RULE_COUNTS[0])] ?? [];
  return RULE_COUNTS.map((rules) => {
    const { value, ratio, baseline } = compare(measured[String(rules)] ?? [], few);
    const figure = { name: `decide, ${rules.toLocaleString('en')} rules`, unit: 'µs/decision', value };
    return rules === 10 ? figure : { ...figure, ratio, baseline: { name: '10 rules', value: baseline } };
  });
}

/** Measures the microseconds of one decision under `rules` rules. */
function decisionTime(rules: number, count: number): () => Promise<number> {
  const bundle = bundleOf(rules);
  const normalized = normalizePlan(ORDINARY_PLAN, {
    tenant_id: 'acme-corp',
    newId: (prefix) => `${prefix}-1`,
  });
  const input = { ...normalized, bundle, facts: factsFor(bundle, normalized.plan_hash) };
  return async () => {
    let allowed = 0;
    const start = performance.now();
    for (let index = 0; index < count; index += 1) {
      if (decide(input).decision.decision === 'allow') allowed += 1;
    }
    const elapsedMs = performance.now() - start;
    if (allowed !== count) throw new Error(`only ${allowed} of ${count} decisions allow the plan`);
    return (elapsedMs * 1000) / count;
  };
}

function bundleOf(rules: number): Bundle {
  const capabilities = readFileSync(join(DEFAULT_POLICIES, 'capabilities.yaml'), 'utf8');
  const compiled = compileBundle({ 'policies.yaml': policiesOf(rules), 'capabilities.yaml': capabilities });
  if (compiled.bundle === undefined) throw new Error(JSON.stringify(compiled.problems.slice(0, 3)));
  return compiled.bundle;
}

/** What the gateway would know of the ordinary plan. */
export function factsFor({ name, version }: Bundle, planHash: string): Facts {
  return {
    now: '2026-11-02T09:14:07.215Z',
    plan_hash: planHash,
    caller: { token_id: 'tok-1', roles: ['runtime'], tenant_id: 'acme-corp' },
    agent: {
      agent_id: 'agent-finance-01',
      agent_name: 'finance_agent',
      agent_type: 'assistant',
      tenant_id: 'acme-corp',
      status: 'active',
      capabilities: ['cap_contract_review', 'cap_notification_ops', 'cap_payments'],
      budgets: [],
    },
    bundle: { name, version },
    trust: {
      plan: [{ source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted', basis: 'default' }],
      steps: {},
    },
    guard: { verdict: 'allow', findings: [], partial: false },
    budgets: [],
    unknown_budgets: [],
  };
}

function requests({ isQuick, say }: BenchContext): Promise<Figure[]> {
  return withScope(async (scope) => {
    const [seconds, rounds] = isQuick ? [1, 2] : [3, 5];
    const few = await startWith(scope, 10);
    const many = await startWith(scope, 10_000);
    const body = JSON.stringify(ORDINARY_PLAN);
    const loaded = (server: Child) => () =>
      load(server, { connections: 64, bodyOf: () => body, until: { seconds } });
    say(`POST /evaluate at 10 and 10,000 rules: ${rounds} rounds of 2 × ${seconds} s`);
    const measured = await inTurns({ few: loaded(few), many: loaded(many) }, rounds);
    const of = (key: 'cpuUs' | 'perSecond' | 'p99Ms') => {
      const { baseline, ...rest } = compare(
        measured.many.map((result) => result[key]),
        measured.few.map((result) => result[key]),
      );
      return { ...rest, baseline: { name: '10 rules', value: baseline } };
    };
    return [
      { name: 'request, 10,000 rules', unit: 'µs/request', ...of('cpuUs'), target: MAX_RATIO },
      { name: 'throughput, 10,000 rules', unit: 'requests/s', ...of('perSecond') },
      { name: 'p99 time, 10,000 rules', unit: 'ms', ...of('p99Ms') },
    ];
  });
}

function startWith(scope: Scope, rules: number): Promise<Child> {
  const directory = scope.directory();
  const policies = join(directory, 'policies');
  cpSync(DEFAULT_POLICIES, policies, { recursive: true });
  writeFileSync(join(policies, 'policies.yaml'), policiesOf(rules));
  return startGateway(scope, directory, policies);
}
