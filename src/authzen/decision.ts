import type { EvaluateAnswer } from '../evaluation/answer.ts';
import { withoutUndefined } from '../json/without-undefined.ts';
import type { Obligation } from '../policy/bundle.ts';
import { OBLIGATION_TYPE, requestPointer } from './submission.ts';

/** Draft: something the client has to do; where it cannot, the answer is a denial to it. */
export type ClientObligation = { id: string; type: string; properties: Record<string, unknown> };

/** A decision as the specification has it: yes or no, and in `context` everything that is more. */
export type AccessDecision = { decision: boolean; context: Record<string, unknown> };

/**
 * What a decided plan is to a client of AuthZEN.
 *
 * Yes only where a plan was allowed and may run: what needs a person first is no, with what to wait for, and so is what
 * a dry run would have allowed. Obligations come with a yes alone, because a client has to fulfil them with a no as
 * well. `publicUrl` is what links begin with.
 */
export function accessDecision(answer: EvaluateAnswer, publicUrl: string): AccessDecision {
  const { trace_id, execution_plan_id, mode, decision, reason, control, bundle, permit, audit } = answer;
  const isPermitted = decision === 'allow' && mode === 'enforce';
  const context = {
    ...{ trace_id, execution_plan_id, mode, decision, reason, control },
    summary: answer.explanation.summary,
    remedy: answer.explanation.remedy,
    matched_rule_ids: answer.steps.flatMap((step) => step.matched_rules.map((rule) => rule.id)),
    errors: argumentErrors(answer),
    obligations: isPermitted ? clientObligations(answer) : undefined,
    ...accessRequest(answer, publicUrl),
    ...{ permit, bundle, audit },
  };
  return { decision: isPermitted, context: withoutUndefined(context) };
}

/** What an answer obliges its client to; nothing where it does to nothing. Telling others is not the client's. */
export function clientObligations({ steps }: EvaluateAnswer): ClientObligation[] | undefined {
  const obligations = steps.flatMap((step) => step.obligations).filter(({ type }) => type !== 'notify');
  return obligations.length === 0 ? undefined : obligations.map(clientObligation);
}

function clientObligation({ type, ...more }: Obligation, index: number): ClientObligation {
  return { id: `obl-${index + 1}`, type: OBLIGATION_TYPE, properties: { action: type, ...more } };
}

function argumentErrors({ steps }: EvaluateAnswer): { pointer: string; message: string }[] | undefined {
  const errors = steps.flatMap((step) => step.errors ?? []);
  if (errors.length === 0) return undefined;
  return errors.map(({ pointer, message }) => ({ pointer: requestPointer(pointer), message }));
}

/** Draft: that a person may still say yes, where to wait for it, and until when. It has been asked for already. */
function accessRequest(answer: EvaluateAnswer, publicUrl: string): object {
  const { approval, execution_plan_id: evaluation_id } = answer;
  if (approval === undefined) return {};
  const { approval_id, status, expires_at, url } = approval;
  return { evaluation_id, access_request: { endpoint: publicUrl + url, expires_at, approval_id, status } };
}
