import type { AgentRecord } from '../agents/agent-record.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Caller } from '../tokens/caller.ts';
import { HttpError } from './problem.ts';

/** A tenant that cannot exist, because an id has at least one character. */
const NO_TENANT = '';

/**
 * The tenant a list is limited to; absent for a caller of all tenants that did not ask for one. A caller that asks
 * for another tenant than its own gets one in which nothing is.
 */
export function tenantScope(caller: Caller, asked: string | undefined): { tenant_id?: string } {
  if (caller.tenant_id === '*') return asked === undefined ? {} : { tenant_id: asked };
  return { tenant_id: asked === undefined || asked === caller.tenant_id ? caller.tenant_id : NO_TENANT };
}

/**
 * The agent of this id that the caller can see. Throws `agent_not_found`, and `invalid_request` where a caller of all
 * tenants has to say which of several it means.
 */
export function visibleAgent(
  gateway: Gateway,
  caller: Caller,
  { agent_id, tenant_id }: { agent_id: string; tenant_id?: string },
): AgentRecord {
  const scope = tenantScope(caller, tenant_id);
  if (scope.tenant_id !== undefined) return gateway.agents.get(scope.tenant_id, agent_id);
  const answer = gateway.agents.find({ agent_id });
  if (answer.status === 'found') return answer.agent;
  if (answer.status !== 'ambiguous') return gateway.agents.get(NO_TENANT, agent_id);
  throw new HttpError(
    'invalid_request',
    `Several tenants have an agent ${agent_id}; say which by ?tenant_id=.`,
    {
      errors: [{ pointer: '/query/tenant_id', message: 'needed here' }],
    },
  );
}

/** The tenant in which the caller may create something. Throws where it reaches too far or says too little. */
export function tenantToCreateIn(caller: Caller, asked: string | undefined): string {
  if (caller.tenant_id !== '*') {
    if (asked === undefined || asked === caller.tenant_id) return caller.tenant_id;
    throw new HttpError('access_denied', `This token belongs to tenant ${caller.tenant_id}.`);
  }
  if (asked !== undefined && asked !== '*') return asked;
  throw new HttpError('invalid_request', '/tenant_id: a caller of all tenants must name one', {
    errors: [{ pointer: '/tenant_id', message: 'a caller of all tenants must name one' }],
  });
}
