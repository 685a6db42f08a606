import { z } from 'zod';
import { personKey } from '../policy/person-name.ts';
import { hasUnseen } from '../policy/unseen.ts';
import { type Caller, ROLES } from './caller.ts';
import { TokenError } from './token-error.ts';

/** What a new token is to be. `tenant_id` defaults to that of its creator. */
export const tokenRequestSchema = z.strictObject({
  name: z.string().min(1).max(256).meta({ example: 'ci-runner' }),
  roles: z
    .array(z.enum(ROLES))
    .min(1)
    .max(ROLES.length)
    .meta({ example: ['runtime'] }),
  tenant_id: z.string().min(1).max(256).optional().meta({ example: 'acme-corp' }),
  agent_id: z.string().min(1).max(256).optional(),
});
export type TokenRequest = z.infer<typeof tokenRequestSchema>;

/**
 * What `creator` may make of `request`, with its defaults filled. Throws `token_grant_forbidden` where it reaches
 * further than the creator, and `invalid_token_request` where roles, tenant and agent do not go together, or where nobody
 * could tell the name from another.
 *
 * Only an admin makes tokens, so no role above the creator's can be granted; what is left to check is the tenant.
 */
export function grantedToken(request: TokenRequest, creator: Caller): Omit<Caller, 'token_id'> {
  if (!creator.roles.includes('admin')) {
    throw new TokenError('token_grant_forbidden', 'only an admin creates tokens');
  }
  const tenant = request.tenant_id ?? creator.tenant_id;
  if (creator.tenant_id !== '*' && tenant !== creator.tenant_id) {
    throw new TokenError('token_grant_forbidden', 'a token can only be created for your own tenant');
  }
  const roles = [...new Set(request.roles)];
  assertLegible(request.name);
  assertAgentBinding(roles, tenant, request.agent_id);
  const { name, agent_id } = request;
  return { name, roles, tenant_id: tenant, ...(agent_id === undefined ? {} : { agent_id }) };
}

/** The name of a token is the name of a person in lists and in the log. */
function assertLegible(name: string): void {
  if (!hasUnseen(name) && personKey(name) !== '') return;
  throw new TokenError(
    'invalid_token_request',
    'the name holds characters that nobody sees, and would read like that of somebody else: give it a name without them',
  );
}

/** A token that speaks for an agent does nothing else: it would be the agent approving its own plans. */
function assertAgentBinding(roles: readonly string[], tenant: string, agentId: string | undefined): void {
  const isAgent = roles.includes('agent');
  if (isAgent !== (agentId !== undefined)) {
    throw new TokenError('invalid_token_request', 'role agent and agent_id belong together');
  }
  if (isAgent && roles.length > 1) {
    throw new TokenError('invalid_token_request', 'a token of role agent has no other role');
  }
  if (isAgent && tenant === '*') {
    throw new TokenError('invalid_token_request', 'a token of role agent belongs to one tenant');
  }
}
