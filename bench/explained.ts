import { eventLine, NO_HASH } from '../src/audit/event-line.ts';
import { type PreparedGroup, prepareGroup } from '../src/audit/prepared-group.ts';
import { type DecideInput, decide } from '../src/decision/decide.ts';
import type { ExplainInput } from '../src/decision/explain-input.ts';
import { explain } from '../src/decision/explanation.ts';
import { dataFlowOf } from '../src/decision/past-steps.ts';
import { verdictOf } from '../src/decision/verdict.ts';
import { decisionEvents } from '../src/evaluation/decision-events.ts';
import type { NormalizedPlan } from '../src/plan/normalize.ts';
import type { BenchContext, Figure } from './figure.ts';
import { inTurns, median } from './rounds.ts';

const MAX_US = { of: 'value', bound: 'at_most', limit: 10 } as const;

/**
 * What it takes to say why a decision came out as it did and to make its record: the explanation, the events with their canonical
 * payloads, and the lines of these, linked and hashed.
 */
export async function explained(
  input: Required<DecideInput> & NormalizedPlan,
  { isQuick, say }: BenchContext,
): Promise<Figure[]> {
  const [count, rounds] = isQuick ? [2_000, 3] : [10_000, 7];
  say(`explanation and record of a decision under 1,000 rules: ${rounds} rounds of 3 × ${count}`);
  const { decision } = decide(input);
  const asked = explainInputOf(input);
  const record = () =>
    decisionEvents({
      ...{ normalized: input, facts: input.facts, decision, durations: [1, 1, 1, 1, 1, 1] },
      ...{ reservations: [], consequences: [] },
    });
  const prepared = prepareGroup(record());
  const measured = await inTurns(
    {
      explanation: async () => cpuUs(count, () => explain(asked)),
      record: async () => cpuUs(count, () => prepareGroup(record())),
      lines: async () => cpuUs(count, () => linesOf(prepared)),
    },
    rounds,
  );
  const [why, events, lines] = [measured.explanation, measured.record, measured.lines].map(median) as [
    number,
    number,
    number,
  ];
  const unit = 'µs CPU/decision';
  return [
    { name: 'explain + audit record, 1,000 rules', unit, value: why + events + lines, target: MAX_US },
    { name: 'of that: explanation', unit, value: why },
    { name: `of that: ${prepared.lines.length} events`, unit, value: events },
    { name: 'of that: their lines, hashed', unit, value: lines },
  ];
}

/** What `decide` explains from. */
function explainInputOf(input: Required<DecideInput>): ExplainInput {
  const { plan, facts, bundle } = input;
  const { decision } = decide(input);
  const records = decision.stages.map(({ stage, result }) => ({ stage, result }));
  const flow = dataFlowOf(input);
  return { plan, facts, bundle, flow, records, steps: decision.steps, verdict: verdictOf(records) };
}

/** The lines of a group, each linked to the one before, as the log makes them. */
function linesOf({ frame, lines }: PreparedGroup): string {
  const place = {
    ...{ event_id: '01936f9c-7e1a-7c3e-9a55-0f5c6f1b2a3d', sequence: 1, prev_hash: NO_HASH },
    ...{ trace_sequence: 0, trace_prev_hash: NO_HASH, timestamp: '2026-11-02T09:14:07.215Z' },
  };
  for (const event of lines) {
    const { hash } = eventLine(frame, event, { payload: event.payload, place });
    place.sequence += 1;
    place.trace_sequence += 1;
    place.prev_hash = hash;
    place.trace_prev_hash = hash;
  }
  return place.prev_hash;
}

function cpuUs(count: number, work: () => unknown): number {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
