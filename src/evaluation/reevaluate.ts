import type { AuditEvent, EventContext, EventDraft } from '../audit/event.ts';
import { decide, decideUnexplained } from '../decision/decide.ts';
import type { UnexplainedDecision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import { canonicalHash, canonicalJson } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { planGraph } from '../plan/graph.ts';
import type { Envelope, Plan } from '../plan/plan.ts';
import type { Bundle } from '../policy/bundle.ts';
import { remainsOf } from '../replay/remains.ts';
import { decisionEvents } from './decision-events.ts';
import { reservationsOf } from './effects.ts';
import type { RecordedDecision } from './recorded-decision.ts';

/** A decision in three words, as `decision_made` has it. */
export type Verdict = { decision?: string; reason?: string; control?: string };

/** One thing that came out otherwise. `pointer` leads into the event: `/decision`, `/payload/matched_rules`. */
export type Difference = {
  stage: string;
  step_id?: string;
  pointer: string;
  recorded?: JsonValue;
  reevaluated?: JsonValue;
};

/** Why a recorded decision cannot be made again. */
export const OBSTACLES = [
  'bundle_missing',
  'plan_redacted',
  'plan_purged',
  'facts_missing',
  'history_not_recorded',
] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** A recorded plan decided again from its recorded facts. */
export type Reevaluation = {
  execution_plan_id: string;
  mode: string;
  /**
   * `not_reproducible` is never a guess: `missing` says what the record lacks. `different` beside `missing`: its events contradict
   * one another.
   */
  result: 'identical' | 'different' | 'not_reproducible';
  missing?: Obstacle;
  /** Under which it was decided again. */
  bundle: { name: string; version: string };
  recorded: Verdict;
  reevaluated?: Verdict;
  differences: Difference[];
};

/**
 * Decides a recorded plan again: the same function, the plan and the facts as they stand in the log, and `bundle`. The
 * events of the new decision are made as those of any decision are, and held against the recorded ones; times and ids
 * are not part of that. Nothing is reserved, opened or recorded.
 */
export function reevaluate(recorded: RecordedDecision, bundle: Bundle | undefined): Reevaluation {
  const { facts, envelope } = inputOf(recorded.received);
  const { name, version } = bundle ?? facts?.bundle ?? { name: 'unknown', version: 'unknown' };
  const answer = {
    execution_plan_id: recorded.execution_plan_id,
    mode: envelope?.mode ?? 'unknown',
    recorded: verdictOf(recorded.outcome.at(-1)),
    bundle: { name, version },
    differences: [],
  };
  const { drafts, context, missing } = decideAgain(recorded, bundle);
  if (drafts === undefined) {
    const differences = contradictions(recorded, facts);
    const result = differences.length === 0 ? 'not_reproducible' : 'different';
    return { ...answer, result, missing, differences };
  }
  const own = { ...context, ...(facts && { policy_bundle: facts.bundle.version }) };
  const differences = [
    ...[recorded.received, ...recorded.outcome].flatMap((event) => contextDifferences(event, own)),
    ...compare(recorded.outcome, drafts),
  ];
  const result = differences.length === 0 ? 'identical' : 'different';
  return { ...answer, result, reevaluated: verdictOf(drafts.at(-1)), differences };
}

/** Plans of which only a part is in the events, what they were decided from having been purged. */
export function purgedPlans(events: readonly AuditEvent[]): Reevaluation[] {
  return [...remainsOf(events)].map(([execution_plan_id, remaining]) => {
    const made = remaining.find(({ event_type }) => event_type === 'decision_made');
    const mode = made?.payload?.['mode'];
    return {
      execution_plan_id,
      mode: typeof mode === 'string' ? mode : 'unknown',
      result: 'not_reproducible',
      missing: 'plan_purged',
      bundle: { name: 'unknown', version: made?.policy_bundle ?? 'unknown' },
      recorded: verdictOf(made),
      differences: [],
    };
  });
}

/** All came out as they were recorded. Where there is no plan, nothing did. */
export function isIdentical(plans: readonly Reevaluation[]): boolean {
  return plans.length > 0 && plans.every(({ result }) => result === 'identical');
}

/** What a plan would leave: its events from the stages on, and what stands in each of them. */
type Left = { drafts: EventDraft[]; context: EventContext; missing?: never };
type Nothing = { drafts?: never; context?: never; missing: Obstacle };

/** The events that the plan would leave under `bundle`, or why nobody can say. */
export function decideAgain(recorded: RecordedDecision, bundle: Bundle | undefined): Left | Nothing {
  const input = inputOf(recorded.received);
  const made = recorded.outcome.at(-1);
  if (!isComplete(input) || made === undefined) return { missing: 'facts_missing' };
  if (bundle === undefined) return { missing: 'bundle_missing' };
  if (canonicalHash(input.plan) !== input.facts.plan_hash) return { missing: 'plan_redacted' };
  return eventsUnder(bundle, input, made);
}

/**
 * The decision that `bundle` comes to on a recorded plan, and nothing else: no explanation, no events, and no check whether the plan
 * is the one whose hash was recorded. What was taken out of it as a secret is named by the event itself.
 */
export function decideRecorded(
  received: AuditEvent,
  bundle: Bundle,
): { decision: UnexplainedDecision; plan: Plan; missing?: never } | { missing: Obstacle } {
  const input = inputOf(received);
  if (!isComplete(input)) return { missing: 'facts_missing' };
  if (received.payload?.['redactions'] !== undefined && canonicalHash(input.plan) !== input.facts.plan_hash)
    return { missing: 'plan_redacted' };
  const decision = decideUnexplained({ ...under(bundle, input), bundle });
  return lacksHistory(decision) ? { missing: 'history_not_recorded' } : { decision, plan: input.plan };
}

/** Whether a rule asked something of the past that no rule asked when the facts were read. */
function lacksHistory({ stages }: UnexplainedDecision): boolean {
  return stages.some(({ result }) => result.steps?.some(({ lacks_history }) => lacks_history) === true);
}

type Input = { plan: Plan; envelope: Envelope; facts: Facts };

function isComplete(input: Partial<Input>): input is Input {
  return input.plan !== undefined && input.facts !== undefined && input.envelope !== undefined;
}

/** The payload of `plan_received` is what this product wrote, and its hash was checked when it was read. */
function inputOf(received: AuditEvent): Partial<Input> {
  const { plan, facts, envelope } = (received.payload ?? {}) as Partial<Input>;
  if (plan === undefined || facts === undefined || envelope === undefined) return {};
  const { trace_id = '', execution_plan_id = '' } = received;
  return { plan, facts, envelope: { ...envelope, trace_id, execution_plan_id } };
}

/** The facts as they were recorded, but for the bundle. */
function under({ name, version }: Bundle, { plan, envelope, facts }: Input): Input {
  return { plan, envelope, facts: { ...facts, bundle: { name, version } } };
}

function eventsUnder(bundle: Bundle, input: Input, made: AuditEvent): Left | Nothing {
  const { plan, envelope, facts } = under(bundle, input);
  const { graph } = planGraph(plan.steps);
  const { decision } = decide({ plan, envelope, facts, bundle, graph });
  if (lacksHistory(decision)) return { missing: 'history_not_recorded' };
  const normalized = {
    ...{ plan, envelope, graph, plan_hash: facts.plan_hash, canonical: canonicalJson(plan) },
    ...{ texts: [], names_trace: true, names_plan: true },
  };
  const durations = (made.payload?.['durations_us'] ?? []) as number[];
  const reservations = reservationsOf(decision.effects);
  const { context, events } = decisionEvents({
    normalized,
    facts,
    decision,
    durations,
    reservations,
    consequences: [],
  });
  return { drafts: events.slice(1), context };
}

/** Who acted, for whom and under which bundle: what every event of a decision says, and lists and searches go by. */
const CONTEXT = [
  'tenant_id',
  'agent_id',
  'agent_name',
  'agent_type',
  'runtime_mode',
  'budget_context',
  'policy_bundle',
  'provenance',
] as const;

/** What the events of one decision say of it, held against its first: that can be told also where it cannot be made again. */
function contradictions({ received, outcome }: RecordedDecision, facts: Facts | undefined): Difference[] {
  const said = facts === undefined ? received : { ...received, policy_bundle: facts.bundle.version };
  return [received, ...outcome].flatMap((event) => contextDifferences(event, said));
}

function contextDifferences(
  event: AuditEvent,
  context: Pick<AuditEvent, (typeof CONTEXT)[number]>,
): Difference[] {
  const { decision_stage, step_id, event_type } = event;
  const stage = decision_stage ?? (event_type === 'plan_received' ? 'plan' : 'decision');
  const place = step_id === undefined ? { stage } : { stage, step_id };
  return CONTEXT.flatMap((member) =>
    difference({ ...place, pointer: `/${member}` }, event[member], context[member]),
  );
}

function compare(recorded: readonly AuditEvent[], drafts: readonly EventDraft[]): Difference[] {
  const differences: Difference[] = [];
  const left = [...drafts];
  for (const event of recorded) {
    const at = left.findIndex(
      (draft) => draft.event_type === event.event_type && draft.step_id === event.step_id,
    );
    const [draft] = at < 0 ? [] : left.splice(at, 1);
    differences.push(...compareEvent(event, draft));
  }
  for (const draft of left) differences.push(...compareEvent(undefined, draft));
  return differences;
}

const COMPARED = ['decision', 'reason', 'control', 'tool_name'] as const;

function compareEvent(event: AuditEvent | undefined, draft: EventDraft | undefined): Difference[] {
  const stage = event?.decision_stage ?? draft?.decision_stage ?? 'decision';
  const stepId = event?.step_id ?? draft?.step_id;
  const place = stepId === undefined ? { stage } : { stage, step_id: stepId };
  const found = COMPARED.flatMap((member) =>
    difference({ ...place, pointer: `/${member}` }, event?.[member], draft?.[member]),
  );
  const before = event?.payload ?? {};
  const after = payloadOf(draft);
  const members = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const member of members) {
    found.push(...difference({ ...place, pointer: `/payload/${member}` }, before[member], after[member]));
  }
  return found;
}

function difference(
  place: Pick<Difference, 'stage' | 'step_id' | 'pointer'>,
  recorded: JsonValue | undefined,
  reevaluated: JsonValue | undefined,
): Difference[] {
  if (textOf(recorded) === textOf(reevaluated)) return [];
  return [
    {
      ...place,
      ...(recorded === undefined ? {} : { recorded }),
      ...(reevaluated === undefined ? {} : { reevaluated }),
    },
  ];
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

/** The payload of a draft as a value. */
export function payloadOf(draft: EventDraft | undefined): JsonObject {
  return draft?.payload_text === undefined ? {} : (parseJson(draft.payload_text) as JsonObject);
}

function verdictOf(
  event: Pick<AuditEvent | EventDraft, 'decision' | 'reason' | 'control'> | undefined,
): Verdict {
  const verdict: Verdict = {};
  if (event?.decision !== undefined) verdict.decision = event.decision;
  if (event?.reason !== undefined) verdict.reason = event.reason;
  if (event?.control !== undefined) verdict.control = event.control;
  return verdict;
}
