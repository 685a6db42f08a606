import type { JsonObject } from '../json/value.ts';
import { withoutUndefined } from '../json/without-undefined.ts';
import { OBLIGATION_TYPES } from '../plan/plan.ts';
import { CONTEXT_MEMBERS, type EvaluationRequest } from './request.ts';

/** The subject type of any agent; every other type is what the agent is registered as. */
export const ANY_AGENT = 'agent';

/** The one type under which our obligations are known outside (draft): their own stands in their properties. */
export const OBLIGATION_TYPE = 'custom';

/**
 * The plan of one step that an access evaluation stands for: the subject is its agent, the action its tool, the
 * properties of the action its arguments. The resource, what the subject says of itself, and what of the context has no
 * place in a plan, are its metadata: rules see them, they are recorded, and an approval is given for them.
 */
export function submissionOf({ subject, action, resource, context = {} }: EvaluationRequest): JsonObject {
  const { approval, supported_obligations, estimated_cost, ...accompanying } = placedOf(context);
  const { sensitivity_level } = resource.properties ?? {};
  const step = { tool_name: action.name, arguments: action.properties, sensitivity_level, estimated_cost };
  const submission = {
    ...accompanying,
    agent: agentOf(subject),
    steps: [withoutUndefined(step)],
    approval_id: accompanying.approval_id ?? approval?.id,
    metadata: { authzen: metadataOf({ subject, resource, context }) },
    supported_obligations: obligationsIn(supported_obligations),
  };
  return withoutUndefined(submission) as JsonObject;
}

type Context = NonNullable<EvaluationRequest['context']>;

/** The members of a context that have a place of their own in a plan. */
function placedOf(context: Context): Context {
  return Object.fromEntries(Object.entries(context).filter(([name]) => CONTEXT_MEMBERS.has(name)));
}

/** The time of a request is another one when it is sent again with its approval; rules ask for `now`. */
const NOT_KEPT = 'time';

function metadataOf({
  subject,
  resource,
  context,
}: Required<Pick<EvaluationRequest, 'subject' | 'resource'>> & { context: Context }): object {
  const others = Object.entries(context).filter(([name]) => !CONTEXT_MEMBERS.has(name) && name !== NOT_KEPT);
  return withoutUndefined({
    subject: withoutUndefined(subject),
    resource: withoutUndefined(resource),
    context: others.length === 0 ? undefined : Object.fromEntries(others),
  });
}

function agentOf({ type, id, properties = {} }: EvaluationRequest['subject']): object {
  const { agent_name, tenant_id, policy_bundle, runtime_mode, budget_context } = properties;
  return withoutUndefined({
    ...{ agent_name, tenant_id, policy_bundle, runtime_mode, budget_context },
    agent_id: id,
    agent_type: type === ANY_AGENT ? undefined : type,
  });
}

/** Whoever can do what is `custom` can do all of ours; what we never advertised says nothing, as the draft wants it. */
function obligationsIn(supported: readonly string[] | undefined): string[] | undefined {
  if (supported === undefined) return undefined;
  return supported.includes(OBLIGATION_TYPE) ? [...OBLIGATION_TYPES] : [];
}

/** Members of a plan and where a request has them; the first that fits counts. */
const PLACES: readonly (readonly [plan: string, request: string])[] = [
  ['/agent/agent_id', '/subject/id'],
  ['/agent/agent_type', '/subject/type'],
  ['/agent', '/subject/properties'],
  ['/steps/0/tool_name', '/action/name'],
  ['/steps/0/arguments', '/action/properties'],
  ['/steps/0/sensitivity_level', '/resource/properties/sensitivity_level'],
  ['/steps/0/estimated_cost', '/context/estimated_cost'],
  ['/metadata/authzen', ''],
];

/** The place in an access evaluation that became this place of its plan. */
export function requestPointer(pointer: string): string {
  for (const [plan, request] of PLACES) {
    if (pointer === plan || pointer.startsWith(`${plan}/`)) return request + pointer.slice(plan.length);
  }
  return `/context${pointer}`;
}
