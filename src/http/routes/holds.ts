import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import { HOLD_STATUSES, type HoldScope } from '../../holds/hold.ts';
import type { Caller } from '../../tokens/caller.ts';
import { HOLD_EXAMPLES, RELEASE_EXAMPLES } from '../examples/holds.ts';
import { json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { holdInputSchema, holdPageSchema, holdReleaseSchema, holdSchema } from '../schemas/hold.ts';
import { pageQuery, pathId, tenantQuery } from '../schemas/paging.ts';
import { tenantScope } from '../tenancy.ts';

export function holdOperations(gateway: Gateway): Operation[] {
  return [list(gateway), place(gateway), release(gateway)];
}

function list(gateway: Gateway): Operation {
  return operation({
    route: 'GET /audit/holds',
    operationId: 'listHolds',
    tag: 'audit',
    summary: 'List legal holds',
    description: 'Newest first, released ones too.',
    query: z.strictObject({ status: z.enum(HOLD_STATUSES).exactOptional(), ...tenantQuery, ...pageQuery }),
    answers: { 200: { description: 'One page of holds.', schema: holdPageSchema } },
    problems: ['invalid_cursor'],
    handle: async ({ query: { tenant_id, ...filter }, caller }) => {
      const { items, ...rest } = await gateway.holds.list({ ...filter, ...tenantScope(caller, tenant_id) });
      return json({ holds: items, ...rest });
    },
  });
}

function place(gateway: Gateway): Operation {
  return operation({
    route: 'POST /audit/holds',
    operationId: 'placeHold',
    tag: 'audit',
    summary: 'Place a legal hold',
    description:
      'From now on no segment of the log is purged that holds an event which all members of the scope fit, until the hold is released. What was purged before is gone.',
    body: { check: holdInputSchema, examples: HOLD_EXAMPLES },
    answers: { 201: { description: 'The hold.', schema: holdSchema } },
    problems: ['audit_unavailable'],
    idempotent: true,
    handle: async ({ body: { reason, ...scope }, caller }) =>
      json(await gateway.holds.place(scopeWithin(caller, scope), reason, caller), 201),
  });
}

function release(gateway: Gateway): Operation {
  return operation({
    route: 'POST /audit/holds/:hold_id/release',
    operationId: 'releaseHold',
    tag: 'audit',
    summary: 'Release a legal hold',
    description: 'What it kept may be purged by the rules again.',
    params: z.strictObject({ hold_id: pathId('hld-01a21081-1593-7572-b516-6b12d7d56f2d') }),
    body: { check: holdReleaseSchema, examples: RELEASE_EXAMPLES },
    answers: { 200: { description: 'The hold as it is now.', schema: holdSchema } },
    problems: ['hold_not_found', 'hold_not_yours', 'hold_released', 'audit_unavailable'],
    idempotent: true,
    handle: async ({ params: { hold_id }, body: { reason }, caller }) =>
      json(await gateway.holds.release(hold_id, reason, caller)),
  });
}

/** A caller of one tenant holds what is that tenant's. */
function scopeWithin(caller: Caller, scope: HoldScope): HoldScope {
  if (caller.tenant_id === '*') return scope;
  if (scope.tenant_id === undefined || scope.tenant_id === caller.tenant_id)
    return { ...scope, tenant_id: caller.tenant_id };
  throw new HttpError('access_denied', `This token belongs to tenant ${caller.tenant_id}.`);
}
