import { accessDecision } from '../../authzen/decision.ts';
import { metadataOf } from '../../authzen/metadata.ts';
import {
  type EvaluationRequest,
  evaluationSchema,
  evaluationsSchema,
  MAX_EVALUATIONS,
} from '../../authzen/request.ts';
import { submissionOf } from '../../authzen/submission.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { EVALUATION_EXAMPLES, EVALUATIONS_EXAMPLES } from '../examples/authzen.ts';
import { type Answer, checked, json, type Operation, operation, publicOperation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { accessDecisionSchema, evaluationsAnswerSchema, metadataSchema } from '../schemas/authzen.ts';
import { AUTHZEN, asRequestError } from './authzen-common.ts';
import { type Asked, evaluateItems } from './authzen-items.ts';
import { actionSearch, subjectSearch } from './authzen-search.ts';

/** How long a client may keep the metadata. */
const METADATA_MAX_AGE_SECONDS = 300;

/** The OpenID AuthZEN Authorization API 1.0. `publicUrl` is where clients reach the gateway, where that is known. */
export function authzenOperations(gateway: Gateway, publicUrl: () => string | undefined): Operation[] {
  return [
    evaluation(gateway, publicUrl),
    evaluations(gateway, publicUrl),
    subjectSearch(gateway),
    actionSearch(gateway),
    metadata(publicUrl),
  ];
}

function evaluation(gateway: Gateway, publicUrl: () => string | undefined): Operation {
  return operation({
    ...AUTHZEN,
    route: 'POST /access/v1/evaluation',
    operationId: 'accessEvaluation',
    summary: 'Access evaluation (AuthZEN)',
    description:
      'The same decision as `POST /evaluate` on the plan that the request stands for: the subject is an agent, the action a tool with its arguments, the resource what it is used on. `decision` is true only where the plan was allowed in mode `enforce`. Members that are not known are ignored. See docs/authzen.md.',
    body: { check: evaluationSchema, examples: EVALUATION_EXAMPLES },
    answers: {
      200: { description: 'Yes or no; its events are on disk.', schema: accessDecisionSchema },
    },
    problems: ['invalid_plan', 'trace_conflict', 'audit_unavailable', 'inspection_unavailable'],
    idempotent: true,
    handle: ({ body, caller, gone }) => single(gateway, body, { caller, gone, publicUrl: publicUrl() ?? '' }),
  });
}

function evaluations(gateway: Gateway, publicUrl: () => string | undefined): Operation {
  return operation({
    ...AUTHZEN,
    route: 'POST /access/v1/evaluations',
    operationId: 'accessEvaluations',
    summary: `Up to ${MAX_EVALUATIONS} access evaluations (AuthZEN)`,
    description:
      'Decided in the order given. `subject`, `action`, `resource` and `context` beside the list are what an evaluation has that does not bring its own. With `deny_on_first_deny` or `permit_on_first_permit` nothing behind the first such decision is looked at. An evaluation that cannot be decided is `decision: false` with `context.error`. Without evaluations the request is a single one, and so is the answer.',
    body: { check: evaluationsSchema, examples: EVALUATIONS_EXAMPLES },
    answers: {
      200: { description: 'A decision for each, in order.', schema: evaluationsAnswerSchema },
    },
    problems: ['invalid_plan', 'trace_conflict', 'audit_unavailable', 'inspection_unavailable'],
    idempotent: true,
    handle: ({ body, caller, gone }) => {
      const asked = { caller, gone, publicUrl: publicUrl() ?? '' };
      if (body.evaluations !== undefined && body.evaluations.length > 0)
        return evaluateItems(gateway, body, asked);
      return single(gateway, checked(evaluationSchema, body, ''), asked);
    },
  });
}

async function single(
  gateway: Gateway,
  request: EvaluationRequest,
  { caller, gone, publicUrl }: Asked,
): Promise<Answer> {
  try {
    return json(accessDecision(await gateway.evaluate(submissionOf(request), caller, { gone }), publicUrl));
  } catch (error) {
    throw asRequestError(error);
  }
}

function metadata(publicUrl: () => string | undefined): Operation {
  return publicOperation({
    ...AUTHZEN,
    route: 'GET /.well-known/authzen-configuration',
    operationId: 'authzenConfiguration',
    summary: 'What this decision point can do (AuthZEN)',
    description:
      'Built from the setting `public_url`; on loopback without one from the address the gateway listens on. No header of the request is in it.',
    answers: { 200: { description: 'The metadata.', schema: metadataSchema } },
    problems: ['public_url_unknown'],
    handle: () => {
      const url = publicUrl();
      if (url === undefined)
        throw new HttpError('public_url_unknown', 'The operator has to set public_url first.');
      const headers = { 'cache-control': `max-age=${METADATA_MAX_AGE_SECONDS}` };
      return { ...json(metadataOf(url)), headers };
    },
  });
}
