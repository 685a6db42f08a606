import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../src/decision/decide.ts';
import type { Facts } from '../src/decision/facts.ts';
import { historyFacts, pastPlan } from '../src/evaluation/history.ts';
import { HistoryLedger, MAX_REMEMBERED } from '../src/history/history-ledger.ts';
import { type NormalizedPlan, normalizePlan } from '../src/plan/normalize.ts';
import type { Bundle } from '../src/policy/bundle.ts';
import { compileBundle } from '../src/policy/compile.ts';
import { factsFor } from './decide-input.ts';
import type { BenchContext, Benchmark, Figure } from './figure.ts';
import { DEFAULT_POLICIES } from './gateway-child.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { compare, inTurns } from './rounds.ts';
import { policiesOf } from './rules.ts';

/** Rules of the bundle besides those that look back, and plans that take turns. */
const OTHER_RULES = 100;
const PLANS = 512;
const START_MS = Date.parse('2026-11-02T09:00:00.000Z');
/** Between two decisions: 1,000 a second fill every window as busy gateways do. */
const STEP_MS = 1;

/**
 * What is asked about the tool of every plan: a sequence, a rate, repetition, novelty, and what the tenant did for a week. Of
 * a plan that was there before none of it holds.
 */
const QUESTIONS = [
  '{ within: session, tool_name: send_email }',
  '{ within: agent, window: 1h, tool_name: read_contract, count: { eq: 0 } }',
  '{ within: agent, window: 1d, tool_name: read_contract, same: contract_id, count: { eq: 0 } }',
  '{ within: tenant, window: 1h, tool_name: read_contract, new: contract_id, count: { eq: 0 } }',
  '{ within: tenant, window: 7d, lowest_trust: unverified }',
];

export const history: Benchmark = {
  question: 'What does a decision cost whose rules look at the past, and does it grow with the past?',
  run: decisions,
};

async function decisions({ isQuick, say }: BenchContext): Promise<Figure[]> {
  const [count, rounds] = isQuick ? [3_000, 3] : [10_000, 7];
  const before = isQuick ? 20_000 : 200_000;
  say(
    `with 0, ${QUESTIONS.length} and ${10 * QUESTIONS.length} conditions: ${rounds} rounds of 4 × ${count} decisions`,
  );
  const contestants = {
    none: decisionTime(filled(contestantOf(0), PLANS), count),
    few: decisionTime(filled(contestantOf(1), PLANS), count),
    filled: decisionTime(filled(contestantOf(1), before), count),
    many: decisionTime(filled(contestantOf(10), PLANS), count),
  };
  const measured = await inTurns(contestants, rounds);
  const figure = (name: string, values: readonly number[]): Figure => {
    const { value, ratio, baseline } = compare(values, measured.none);
    return { name, unit: 'µs CPU/decision', value, ratio, baseline: { name: 'no history', value: baseline } };
  };
  const conditions = `${QUESTIONS.length} conditions on the past`;
  return [
    figure(conditions, measured.few),
    figure(`${conditions}, ${before.toLocaleString('en')} plans before`, measured.filled),
    figure(`${10 * QUESTIONS.length} conditions on the past`, measured.many),
  ];
}

/** Everything a decision takes from and adds to; the time goes on from one to the next. */
type Contestant = { bundle: Bundle; ledger: HistoryLedger; plans: NormalizedPlan[]; nowMs: number };

/** Each question `times` times over, with another window each. */
function contestantOf(times: number): Contestant {
  const asked = Array.from({ length: times }, (_, round) =>
    QUESTIONS.map((question, index) => {
      const other = question.replace(
        /window: (\d+)(?=[hd])/,
        (_all, given) => `window: ${Number(given) + round}`,
      );
      const distinct =
        round === 0 ? other : other.replace('within: session,', `within: session, window: ${round}h,`);
      return `  - { id: past.${round}.${index}, match: { tool_name: read_contract }, history: [${distinct}], action: block }\n`;
    }).join(''),
  );
  const capabilities = readFileSync(join(DEFAULT_POLICIES, 'capabilities.yaml'), 'utf8');
  const policies = policiesOf(OTHER_RULES) + asked.join('');
  const { bundle, problems } = compileBundle({
    'policies.yaml': policies,
    'capabilities.yaml': capabilities,
  });
  if (bundle === undefined) throw new Error(JSON.stringify(problems.slice(0, 3)));
  // More than a gateway has, so that with many conditions nothing is forgotten: what is not known decides otherwise.
  const ledger = new HistoryLedger({ limit: 100 * MAX_REMEMBERED });
  ledger.use(bundle.history);
  // Nothing happened before: what is asked is known.
  ledger.beginAt(0);
  return {
    bundle,
    ledger,
    plans: Array.from({ length: PLANS }, (_, index) => planAt(index)),
    nowMs: START_MS,
  };
}

function planAt(index: number): NormalizedPlan {
  const [step] = ORDINARY_PLAN.steps;
  const plan = {
    ...{ ...ORDINARY_PLAN, session_id: `chat-${index % 40}` },
    steps: [{ ...step, arguments: { contract_id: `c-2024-${index}` } }],
  };
  return normalizePlan(plan, { tenant_id: 'acme-corp', newId: (prefix) => `${prefix}-${index}` });
}

/** The same after so many plans. */
function filled(contestant: Contestant, plans: number): Contestant {
  for (let index = 0; index < plans; index += 1) decideNext(contestant, index);
  return contestant;
}

/** Measures the microseconds of CPU of one decision: the facts of the past, the decision, and what it adds to the past. */
function decisionTime(contestant: Contestant, count: number): () => Promise<number> {
  return async () => {
    const before = process.cpuUsage();
    let allowed = 0;
    for (let index = 0; index < count; index += 1) if (decideNext(contestant, index)) allowed += 1;
    const { user, system } = process.cpuUsage(before);
    if (allowed !== count) throw new Error(`only ${allowed} of ${count} decisions allow the plan`);
    return (user + system) / count;
  };
}

/** Whether the plan is allowed. */
function decideNext(contestant: Contestant, index: number): boolean {
  const { bundle, ledger, plans } = contestant;
  contestant.nowMs += STEP_MS;
  const normalized = plans[index % PLANS] as NormalizedPlan;
  const known: Facts = {
    ...factsFor(bundle, normalized.plan_hash),
    now: new Date(contestant.nowMs).toISOString(),
  };
  const past = historyFacts({ ...normalized, facts: known, bundle }, ledger);
  const facts = past === undefined ? known : { ...known, history: past };
  const { decision } = decide({ ...normalized, facts, bundle }).decision;
  if (!ledger.isAsked) return decision === 'allow';
  const left = pastPlan({ ...normalized, facts, bundle }, { decision: 'allow', control: 'none' });
  if (left === undefined) throw new Error('the plan leaves nothing');
  ledger.note(left);
  return decision === 'allow';
}
