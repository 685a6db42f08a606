import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import { tokenRequestSchema } from '../../tokens/token-rules.ts';
import { KEY_EXAMPLES, TOKEN_EXAMPLES } from '../examples/governance.ts';
import { json, noContent, type Operation, operation } from '../operation.ts';
import { pageQuery, pathId, tenantQuery } from '../schemas/paging.ts';
import { createdTokenSchema, keyInputSchema, keyPageSchema, tokenPageSchema } from '../schemas/token.ts';
import { tenantScope, visibleAgent } from '../tenancy.ts';

export function tokenOperations(gateway: Gateway): Operation[] {
  return [listKeys(gateway), createKey(gateway), list(gateway), create(gateway), revoke(gateway)];
}

const agentParams = z.strictObject({ agent_id: pathId('agent-finance-01') });

function listKeys(gateway: Gateway): Operation {
  return operation({
    route: 'GET /agents/:agent_id/keys',
    operationId: 'listAgentKeys',
    tag: 'agents',
    summary: 'List the keys of an agent',
    description: 'The tokens that speak for this agent and no other, newest first, revoked ones too.',
    params: agentParams,
    query: z.strictObject({ ...tenantQuery, ...pageQuery }),
    answers: { 200: { description: 'One page of keys.', schema: keyPageSchema } },
    problems: ['agent_not_found', 'invalid_cursor'],
    handle: async ({ params, query: { limit, cursor, ...tenant }, caller }) => {
      const { tenant_id, agent_id } = visibleAgent(gateway, caller, { ...params, ...tenant });
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { items, ...rest } = await gateway.tokens.list({ tenant_id, agent_id, ...page });
      return json({ keys: items, ...rest });
    },
  });
}

function createKey(gateway: Gateway): Operation {
  return operation({
    route: 'POST /agents/:agent_id/keys',
    operationId: 'createAgentKey',
    tag: 'agents',
    summary: 'Make a key for an agent',
    description: 'A token of role `agent`, bound to this agent. To revoke it: DELETE /tokens/{token_id}.',
    params: agentParams,
    query: z.strictObject(tenantQuery),
    body: { check: keyInputSchema, required: false, examples: KEY_EXAMPLES },
    answers: { 201: { description: 'The key, with its secret.', schema: createdTokenSchema } },
    problems: ['agent_not_found', 'invalid_token_request', 'audit_unavailable'],
    idempotent: true,
    handle: async ({ params, query, body, caller }) => {
      const { tenant_id, agent_id } = visibleAgent(gateway, caller, { ...params, ...query });
      const name = body?.name ?? agent_id;
      const { token, entry } = await gateway.tokens.create(
        { name, roles: ['agent'], tenant_id, agent_id },
        caller,
      );
      return json({ ...entry, token }, 201);
    },
  });
}

function list(gateway: Gateway): Operation {
  return operation({
    route: 'GET /tokens',
    operationId: 'listTokens',
    tag: 'tokens',
    summary: 'List tokens',
    description: 'Newest first, revoked ones too. Secrets are not kept, so they are not shown.',
    query: z.strictObject({ ...tenantQuery, ...pageQuery }),
    answers: { 200: { description: 'One page of tokens.', schema: tokenPageSchema } },
    problems: ['invalid_cursor'],
    handle: async ({ query: { tenant_id, ...paging }, caller }) => {
      const { items, ...rest } = await gateway.tokens.list({ ...tenantScope(caller, tenant_id), ...paging });
      return json({ tokens: items, ...rest });
    },
  });
}

function create(gateway: Gateway): Operation {
  return operation({
    route: 'POST /tokens',
    operationId: 'createToken',
    tag: 'tokens',
    summary: 'Make a token',
    description:
      'The secret is in this answer and nowhere else. Where two people are needed, who makes a token and who holds it count as one.',
    body: { check: tokenRequestSchema, examples: TOKEN_EXAMPLES },
    answers: { 201: { description: 'The token, with its secret.', schema: createdTokenSchema } },
    problems: ['invalid_token_request', 'token_grant_forbidden', 'audit_unavailable'],
    idempotent: true,
    handle: async ({ body, caller }) => {
      const { token, entry } = await gateway.tokens.create(body, caller);
      return json({ ...entry, token }, 201);
    },
  });
}

function revoke(gateway: Gateway): Operation {
  return operation({
    route: 'DELETE /tokens/:token_id',
    operationId: 'revokeToken',
    tag: 'tokens',
    summary: 'Revoke a token',
    description: 'It stops working at once. Revoking twice is no error.',
    params: z.strictObject({ token_id: pathId('tok-01a21081-15ba-7ae9-a012-4f8e3a327b91') }),
    answers: { 204: { description: 'Revoked.' } },
    problems: ['token_not_found', 'audit_unavailable'],
    handle: async ({ params, caller }) => {
      await gateway.tokens.revoke(params.token_id, caller);
      return noContent();
    },
  });
}
