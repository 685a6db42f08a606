import type { Facts, HistoryFact } from '../decision/facts.ts';
import { dataFlowOf, historySubject, pastSteps } from '../decision/past-steps.ts';
import type { HistoryLedger, PastPlan } from '../history/history-ledger.ts';
import type { PlanGraph } from '../plan/graph.ts';
import type { Envelope, Plan } from '../plan/plan.ts';
import type { Action, Bundle } from '../policy/bundle.ts';
import type { HistoryQuery, PastStep } from '../policy/past.ts';

type Subject = {
  plan: Plan;
  envelope: Pick<Envelope, 'trace_id'>;
  graph: PlanGraph;
  facts: Pick<Facts, 'agent' | 'trust' | 'now'>;
  bundle: Pick<Bundle, 'grantOf' | 'history' | 'historyOf'>;
};

/** The answers to everything that rules ask of the past about the steps of a plan; nothing where they ask nothing. */
export function historyFacts(
  subject: Subject,
  ledger: Pick<HistoryLedger, 'factOf'>,
): Facts['history'] | undefined {
  const { plan, envelope, facts, bundle } = subject;
  if (bundle.history.length === 0) return undefined;
  // Where the agent is not known nobody knows its past; that is an answer, and the record has it.
  const who = historySubject(plan, facts, envelope.trace_id);
  const steps = pastSteps({ ...subject, flow: dataFlowOf(subject) });
  const asked = questionsOf(plan, steps, bundle);
  const nowMs = Date.parse(facts.now);
  const found: NonNullable<Facts['history']> = {};
  for (const [index, { step_id }] of plan.steps.entries()) {
    const questions = [...(asked[index]?.values() ?? [])];
    if (questions.length === 0) continue;
    const step = steps[index] as PastStep;
    const answers: Record<string, HistoryFact> = {};
    for (const query of questions)
      answers[query.key] = who === undefined ? null : ledger.factOf(query, who, step, nowMs);
    found[step_id] = answers;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/**
 * What is asked about each step, by key: what rules ask that can match its tool, and whether its values were met before
 * where another step may count it as new.
 */
function questionsOf(
  plan: Plan,
  steps: readonly PastStep[],
  bundle: Pick<Bundle, 'historyOf'>,
): Map<string, HistoryQuery>[] {
  const asked = plan.steps.map(
    ({ tool_name }) => new Map(bundle.historyOf(tool_name).map((query) => [query.key, query])),
  );
  const lookingForNew = new Map(asked.flatMap((questions) => [...questions]));
  for (const { seenBefore, test } of lookingForNew.values()) {
    if (seenBefore === undefined) continue;
    for (const [index, step] of steps.entries())
      if (test(step) !== false) asked[index]?.set(seenBefore.key, seenBefore);
  }
  return asked;
}

/**
 * A decided plan as later plans look back on it. Nothing where it leaves nothing: it was not enforced, its agent is not
 * known, or its caller may not speak for that agent and so must not add to its past.
 */
export function pastPlan(
  subject: Subject & { envelope: Pick<Envelope, 'trace_id' | 'mode'> },
  { decision, control }: { decision: string; control: string },
): PastPlan | undefined {
  const { plan, envelope, graph, facts } = subject;
  const who = historySubject(plan, facts, envelope.trace_id);
  if (envelope.mode !== 'enforce' || control === 'identity' || who === undefined) return undefined;
  const steps = pastSteps({ ...subject, flow: dataFlowOf(subject) });
  return {
    subject: who,
    // As they run: of two with one new value the first is the one that brings it.
    steps: graph.order.map((index) => steps[index] as PastStep),
    decision: decision as Action,
    atMs: Date.parse(facts.now),
  };
}
