import { z } from 'zod';
import type { AgentRecord } from '../../agents/agent-record.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { assertMayGroup } from '../agent-groups.ts';
import { AGENT_EXAMPLES, AGENT_PATCH_EXAMPLES } from '../examples/governance.ts';
import { json, type Operation, operation } from '../operation.ts';
import { agentInputSchema, agentPageSchema, agentPatchSchema, agentSchema } from '../schemas/agent.ts';
import { pageQuery, pathId, tenantQuery } from '../schemas/paging.ts';
import { tenantScope, tenantToCreateIn, visibleAgent } from '../tenancy.ts';

const agentParams = z.strictObject({ agent_id: pathId('agent-finance-01') });
const agentQuery = z.strictObject(tenantQuery);

export function agentOperations(gateway: Gateway): Operation[] {
  return [list(gateway), register(gateway), get(gateway), patch(gateway), suspend(gateway), resume(gateway)];
}

function list(gateway: Gateway): Operation {
  return operation({
    route: 'GET /agents',
    operationId: 'listAgents',
    tag: 'agents',
    summary: 'List agents',
    description: 'By tenant and id: those of agents.yaml and those registered here.',
    query: z.strictObject({ ...tenantQuery, ...pageQuery }),
    answers: { 200: { description: 'One page of agents.', schema: agentPageSchema } },
    problems: ['invalid_cursor'],
    handle: ({ query: { tenant_id, ...paging }, caller }) => {
      const { items, ...rest } = gateway.agents.list({ ...tenantScope(caller, tenant_id), ...paging });
      return json({ agents: items.map((agent) => shown(gateway, agent)), ...rest });
    },
  });
}

function register(gateway: Gateway): Operation {
  return operation({
    route: 'POST /agents',
    operationId: 'registerAgent',
    tag: 'agents',
    summary: 'Register an agent',
    description:
      'From the moment this is answered the agent may hand in plans, within its capabilities. A caller of one tenant gives only groups that layers of that tenant have, and that no layer for all tenants has.',
    body: { check: agentInputSchema, examples: AGENT_EXAMPLES },
    answers: { 201: { description: 'The agent.', schema: agentSchema } },
    problems: ['agent_exists', 'audit_unavailable'],
    idempotent: true,
    handle: async ({ body, caller }) => {
      const tenant = tenantToCreateIn(caller, body.tenant_id);
      assertMayGroup(gateway, caller, { before: [], after: body.groups });
      const agent = await gateway.agents.register({ ...body, tenant_id: tenant }, caller.name);
      return json(shown(gateway, agent), 201);
    },
  });
}

function get(gateway: Gateway): Operation {
  return operation({
    route: 'GET /agents/:agent_id',
    operationId: 'getAgent',
    tag: 'agents',
    summary: 'Get one agent',
    description: 'As it stands now.',
    params: agentParams,
    query: agentQuery,
    answers: { 200: { description: 'The agent.', schema: agentSchema } },
    problems: ['agent_not_found'],
    handle: ({ params, query, caller }) =>
      json(shown(gateway, visibleAgent(gateway, caller, { ...params, ...query }))),
  });
}

function patch(gateway: Gateway): Operation {
  return operation({
    route: 'PATCH /agents/:agent_id',
    operationId: 'updateAgent',
    tag: 'agents',
    summary: 'Change an agent',
    description:
      'Fields that are left out stay as they are; lists are replaced whole. Groups are changed as they are given: see `POST /agents`.',
    params: agentParams,
    query: agentQuery,
    body: { check: agentPatchSchema, examples: AGENT_PATCH_EXAMPLES },
    answers: { 200: { description: 'The agent.', schema: agentSchema } },
    problems: [
      'agent_not_found',
      'agent_read_only',
      'agent_exists',
      'agent_state_conflict',
      'audit_unavailable',
    ],
    handle: async ({ params, query, body, caller }) => {
      const { tenant_id, agent_id, groups } = visibleAgent(gateway, caller, { ...params, ...query });
      assertMayGroup(gateway, caller, { before: groups, after: body.groups ?? groups });
      const agent = await gateway.agents.update({ tenant_id, agent_id, by: caller.name }, body);
      return json(shown(gateway, agent));
    },
  });
}

function suspend(gateway: Gateway): Operation {
  return operation({
    route: 'POST /agents/:agent_id/suspend',
    operationId: 'suspendAgent',
    tag: 'agents',
    summary: 'Suspend an agent',
    description: 'Its next plan is blocked by identity. Holds over reloads and restarts until it is resumed.',
    params: agentParams,
    query: agentQuery,
    answers: { 200: { description: 'The agent.', schema: agentSchema } },
    problems: ['agent_not_found', 'agent_state_conflict', 'audit_unavailable'],
    handle: async ({ params, query, caller }) => {
      const { tenant_id, agent_id } = visibleAgent(gateway, caller, { ...params, ...query });
      return json(shown(gateway, await gateway.agents.suspend({ tenant_id, agent_id, by: caller.name })));
    },
  });
}

function resume(gateway: Gateway): Operation {
  return operation({
    route: 'POST /agents/:agent_id/resume',
    operationId: 'resumeAgent',
    tag: 'agents',
    summary: 'Resume an agent',
    description: 'Undoes a suspension.',
    params: agentParams,
    query: agentQuery,
    answers: { 200: { description: 'The agent.', schema: agentSchema } },
    problems: ['agent_not_found', 'agent_read_only', 'agent_state_conflict', 'audit_unavailable'],
    handle: async ({ params, query, caller }) => {
      const { tenant_id, agent_id } = visibleAgent(gateway, caller, { ...params, ...query });
      return json(shown(gateway, await gateway.agents.resume({ tenant_id, agent_id, by: caller.name })));
    },
  });
}

function shown(gateway: Gateway, agent: AgentRecord): object {
  return { ...agent, origin: gateway.agents.originOf(agent) };
}
