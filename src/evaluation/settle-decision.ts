import type { EventDraft, EventGroup, Receipt } from '../audit/event.ts';
import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { Noted } from '../history/history-ledger.ts';
import { permitLimits } from '../permits/permit-claims.ts';
import type { NormalizedPlan } from '../plan/normalize.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { Caller } from '../tokens/caller.ts';
import { answerOf, type EvaluateAnswer, receiptOf } from './answer.ts';
import { contentsOfPlan, rememberedEvent } from './contents.ts';
import { type DecisionRecord, decisionEvents, owningTenant } from './decision-events.ts';
import { type Consequences, consequencesOf } from './effects.ts';
import type { EvaluationParts } from './evaluation-parts.ts';
import { pastPlan } from './history.ts';

type SettleParts = Omit<EvaluationParts, 'policySet' | 'agents' | 'approvals' | 'traces'>;

type SettleInput = {
  normalized: NormalizedPlan;
  caller: Caller;
  facts: Facts;
  bundle: Bundle;
  /** Called once everything that the decision takes is taken, before that is durable. */
  onTaken?: () => void;
};

/**
 * Decides, takes what the decision takes and appends its events, all before the first `await`; then waits until the
 * evidence is durable and answers. A failed append gives everything back and rejects with `AuditUnavailable`.
 */
export async function settleDecision(parts: SettleParts, input: SettleInput): Promise<EvaluateAnswer> {
  const { normalized, facts, caller } = input;
  const { decision, durations } = decideTimed(parts, input);
  const consequences = consequencesOf({ normalized, caller, facts, decision, newId: parts.newId });
  const { reservations } = consequences;
  const permit = permitFor(parts, input, decision);
  if (permit !== undefined) consequences.events.push(permit.event);
  consequences.events.push(...remembered(parts, input, decision));
  parts.ledger.reserve(reservations);
  const noted = noteInHistory(parts, input, decision);
  const record: DecisionRecord = {
    normalized,
    facts,
    decision,
    durations,
    reservations,
    consequences: consequences.events,
  };
  if (parts.recordTexts) record.texts = normalized.texts;
  const appending = appendOrUndo(
    parts,
    { reservations, noted },
    withoutSecrets(parts, normalized, decisionEvents(record)),
  );
  input.onTaken?.();
  const receipt = await appending;
  const answer = answerOf({ ...record, receipt: receiptOf(parts.log.origin, receipt) });
  const approval = approvalLine(consequences, facts, decision);
  if (approval !== undefined) answer.approval = approval;
  if (permit !== undefined) answer.permit = await permit.sign();
  return answer;
}

/**
 * Everything that is recorded of a decision comes from the plan, its envelope and its texts, or from the gateway's own
 * files: where those hold no secret, nothing needs to be taken out.
 */
function withoutSecrets(
  { screen, recordTexts }: SettleParts,
  { plan, envelope, texts }: NormalizedPlan,
  group: EventGroup,
): EventGroup {
  const { approval_id, correlation_id } = envelope;
  const holds =
    screen.holdsSecret(plan) ||
    screen.holdsSecret(correlation_id) ||
    screen.holdsSecret(approval_id) ||
    (recordTexts && texts.some((text) => screen.holdsSecretText(text)));
  return holds ? screen.redact(group) : group;
}

/** Decides and measures each stage in whole microseconds. The clock is here, so that `decide` needs none. */
function decideTimed({ observe }: SettleParts, { normalized, facts, bundle }: SettleInput) {
  const { plan, envelope, graph } = normalized;
  const durations: number[] = [];
  let last = performance.now();
  const { decision, fault } = decide({ plan, envelope, facts, bundle, graph }, () => {
    const now = performance.now();
    durations.push(Math.round((now - last) * 1000));
    last = now;
  });
  if (fault !== undefined) observe.fault(envelope.trace_id, fault);
  return { decision, durations };
}

function permitFor(parts: SettleParts, { normalized, facts, bundle }: SettleInput, decision: Decision) {
  const { envelope } = normalized;
  const { seconds, uses } = permitLimits(decision.steps);
  // What a rule limits the permit by holds only where there is one.
  const isLimited = seconds !== undefined || uses !== undefined;
  const wanted = envelope.request_permit || bundle.permits_always || isLimited;
  if (!wanted || decision.decision !== 'allow' || envelope.mode !== 'enforce') return undefined;
  return parts.permits.prepare({ normalized, facts, decision });
}

/** From now on the plan is part of the past; what no rule asks about is not kept. */
function noteInHistory(
  { history }: SettleParts,
  { normalized, facts, bundle }: SettleInput,
  decision: Decision,
): Noted | undefined {
  // A bundle that is about to become active may ask what this one does not.
  if (!history.isAsked) return undefined;
  const past = pastPlan({ ...normalized, facts, bundle }, decision);
  return past === undefined ? undefined : history.note(past);
}

/** What was read from outside for the plan, and what of it is written down, where that is not known yet. */
function remembered(
  { contents }: SettleParts,
  { normalized, facts, bundle }: SettleInput,
  decision: Decision,
): EventDraft[] {
  const { plan, graph, envelope } = normalized;
  const tenant = owningTenant(facts, plan.agent.tenant_id);
  if (envelope.mode !== 'enforce' || tenant === undefined) return [];
  return rememberedEvent(contents.note(tenant, contentsOfPlan({ plan, facts, bundle, graph }, decision)));
}

type Taken = { reservations: Consequences['reservations']; noted: Noted | undefined };

function appendOrUndo(
  { ledger, history, log }: SettleParts,
  { reservations, noted }: Taken,
  group: EventGroup,
): Promise<Receipt> {
  return log.append(group).then(
    (receipt) => {
      ledger.applied(reservations);
      if (noted !== undefined) history.applied(noted, receipt.last_sequence - group.events.length + 1);
      return receipt;
    },
    (error: unknown) => {
      ledger.undo(reservations);
      if (noted !== undefined) history.undo(noted);
      throw error;
    },
  );
}

/** The approval a caller has to wait for: the one just opened, or the one it named that is still pending. */
function approvalLine(
  { opened }: Consequences,
  facts: Facts,
  decision: Decision,
): EvaluateAnswer['approval'] {
  const approval = opened ?? (decision.reason === 'approval_pending' ? facts.approval : undefined);
  if (approval === undefined || approval === null) return undefined;
  const { approval_id, status, expires_at } = approval;
  return { approval_id, status, expires_at, url: `/approvals/${approval_id}` };
}
