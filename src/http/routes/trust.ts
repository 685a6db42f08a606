import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Caller } from '../../tokens/caller.ts';
import type { ShownSource } from '../../trust/trust-directory.ts';
import { keysOf, trustSourceSchema } from '../../trust/trust-source.ts';
import {
  SOURCE,
  TRUST_KEY_EXAMPLES,
  TRUST_SOURCE_EXAMPLES,
  TRUST_SOURCE_PATCH_EXAMPLES,
} from '../examples/trust.ts';
import { json, type Operation, operation } from '../operation.ts';
import { pageQuery, pathId, tenantQuery } from '../schemas/paging.ts';
import {
  shownSourceSchema,
  trustKeyInputSchema,
  trustSourceInputSchema,
  trustSourcePageSchema,
  trustSourcePatchSchema,
} from '../schemas/trust.ts';
import { tenantScope, tenantToCreateIn } from '../tenancy.ts';

const sourceParams = z.strictObject({ source_id: pathId(SOURCE.source_id) });
const keyParams = sourceParams.extend({ key_id: pathId(SOURCE.public_keys[0].key_id) });
const ONE = { 200: { description: 'The source as it is now.', schema: shownSourceSchema } };
const CHANGING = [
  'trust_source_not_found',
  'trust_source_read_only',
  'trust_source_conflict',
  'audit_unavailable',
] as const;

export function trustOperations(gateway: Gateway): Operation[] {
  const actions = [revoke, restore, addKey, revokeKey].map((make) => make(gateway));
  return [list(gateway), register(gateway), get(gateway), patch(gateway), ...actions];
}

function list(gateway: Gateway): Operation {
  return operation({
    route: 'GET /trust/sources',
    operationId: 'listTrustSources',
    tag: 'trust',
    summary: 'List sources that somebody vouches for',
    description:
      'Those of trust.yaml and those registered here; first the ones of every tenant, then by tenant, type and name.',
    query: z.strictObject({ ...tenantQuery, ...pageQuery }),
    answers: { 200: { description: 'One page of sources.', schema: trustSourcePageSchema } },
    problems: ['invalid_cursor'],
    handle: ({ query: { tenant_id, ...paging }, caller }) => {
      const { items, ...rest } = gateway.trust.list({ ...tenantScope(caller, tenant_id), ...paging });
      return json({ sources: items.map(shown), ...rest });
    },
  });
}

function register(gateway: Gateway): Operation {
  return operation({
    route: 'POST /trust/sources',
    operationId: 'registerTrustSource',
    tag: 'trust',
    summary: 'Register a source',
    description:
      'From the moment this is answered the source is worth its level: by its name alone where it has no key, else where one of them signed. What trust.yaml says of the same source goes before it.',
    body: { check: trustSourceInputSchema, examples: TRUST_SOURCE_EXAMPLES },
    answers: { 201: { description: 'The source.', schema: shownSourceSchema } },
    problems: ['trust_source_exists', 'trust_source_conflict', 'audit_unavailable'],
    idempotent: true,
    handle: async ({ body, caller }) => {
      const { tenant_id: asked, ...rest } = body;
      const isForAll = caller.tenant_id === '*' && asked === undefined;
      const source = trustSourceSchema.parse({
        ...rest,
        ...(isForAll ? {} : { tenant_id: tenantToCreateIn(caller, asked) }),
      });
      return json(shown(await gateway.trust.register(source, caller.name)), 201);
    },
  });
}

function get(gateway: Gateway): Operation {
  return operation({
    route: 'GET /trust/sources/:source_id',
    operationId: 'getTrustSource',
    tag: 'trust',
    summary: 'Get one source',
    description: 'As it stands now.',
    params: sourceParams,
    answers: ONE,
    problems: ['trust_source_not_found'],
    handle: ({ params, caller }) => json(shown(gateway.trust.get(params.source_id, scopeOf(caller)))),
  });
}

function patch(gateway: Gateway): Operation {
  return operation({
    route: 'PATCH /trust/sources/:source_id',
    operationId: 'updateTrustSource',
    tag: 'trust',
    summary: 'Change a source',
    description: 'Fields that are left out stay as they are.',
    params: sourceParams,
    body: { check: trustSourcePatchSchema, examples: TRUST_SOURCE_PATCH_EXAMPLES },
    answers: ONE,
    problems: CHANGING,
    handle: async ({ params, body, caller }) =>
      json(shown(await gateway.trust.update(params.source_id, body, scopeOf(caller), caller.name))),
  });
}

function revoke(gateway: Gateway): Operation {
  return operation({
    route: 'POST /trust/sources/:source_id/revoke',
    operationId: 'revokeTrustSource',
    tag: 'trust',
    summary: 'Revoke a source',
    description:
      'It is `unverified` from now on, signed or not. Holds over reloads and restarts until it is restored.',
    params: sourceParams,
    answers: ONE,
    problems: CHANGING,
    handle: async ({ params, caller }) =>
      json(shown(await gateway.trust.revoke(params.source_id, scopeOf(caller), caller.name))),
  });
}

function restore(gateway: Gateway): Operation {
  return operation({
    route: 'POST /trust/sources/:source_id/restore',
    operationId: 'restoreTrustSource',
    tag: 'trust',
    summary: 'Restore a source',
    description: 'Undoes that it was revoked here.',
    params: sourceParams,
    answers: ONE,
    problems: CHANGING,
    handle: async ({ params, caller }) =>
      json(shown(await gateway.trust.restore(params.source_id, scopeOf(caller), caller.name))),
  });
}

function addKey(gateway: Gateway): Operation {
  return operation({
    route: 'POST /trust/sources/:source_id/keys',
    operationId: 'addTrustKey',
    tag: 'trust',
    summary: 'Add a key to a source',
    description:
      'What this key signs is worth the level of the source. To rotate, add the new key, sign with it, then revoke the old one.',
    params: sourceParams,
    body: { check: trustKeyInputSchema, examples: TRUST_KEY_EXAMPLES },
    answers: ONE,
    problems: CHANGING,
    idempotent: true,
    handle: async ({ params, body, caller }) => {
      const { trust } = gateway;
      return json(shown(await trust.addKey(params.source_id, body.public_key, scopeOf(caller), caller.name)));
    },
  });
}

function revokeKey(gateway: Gateway): Operation {
  return operation({
    route: 'POST /trust/sources/:source_id/keys/:key_id/revoke',
    operationId: 'revokeTrustKey',
    tag: 'trust',
    summary: 'Revoke a key of a source',
    description: 'What it signed is `unverified` from now on, whenever it was signed. There is no way back.',
    params: keyParams,
    answers: ONE,
    problems: [...CHANGING, 'trust_key_not_found'],
    handle: async ({ params: { source_id, key_id }, caller }) =>
      json(shown(await gateway.trust.revokeKey(source_id, key_id, scopeOf(caller), caller.name))),
  });
}

function scopeOf(caller: Caller) {
  return tenantScope(caller, undefined);
}

function shown({ source, source_id, origin }: ShownSource): object {
  const { public_key: _, public_keys: _keys, ...rest } = source;
  return { source_id, ...rest, public_keys: keysOf(source), origin };
}
