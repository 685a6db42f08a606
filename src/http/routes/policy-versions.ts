import { z } from 'zod';
import type { CheckedSet } from '../../bundles/policy-loader.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Caller } from '../../tokens/caller.ts';
import { type ActivationRequest, REQUEST_STATUSES } from '../../versions/records.ts';
import {
  ACTIVATE_EXAMPLES,
  CANCEL_EXAMPLES,
  CONFIRM_EXAMPLES,
  EXAMPLE_VERSION,
  PUBLISH_EXAMPLES,
  ROLLBACK_EXAMPLES,
} from '../examples/policy-versions.ts';
import { type Answer, json, type Operation, operation } from '../operation.ts';
import { pageBehind } from '../page-behind.ts';
import { HttpError } from '../problem.ts';
import { bundleChangesSchema } from '../schemas/bundle-changes.ts';
import { pageQuery, pathId } from '../schemas/paging.ts';
import {
  activateInputSchema,
  activationAnswerSchema,
  activationPageSchema,
  activationSchema,
  publicationSchema,
  publishInputSchema,
  rollbackInputSchema,
  wordInputSchema,
} from '../schemas/policy-version.ts';
import { changesBetween, readingFiles } from './policy-changes.ts';

/** Rules of each kind that a difference lists. */
const LISTED_CHANGES = 1_000;
const versionParams = z.strictObject({ version: pathId(EXAMPLE_VERSION) });
const activationParams = z.strictObject({
  activation_id: pathId('act-01a21081-1593-7572-b516-6b12d7d56f2d'),
});
const OUTCOMES = {
  200: { description: 'It is active.', schema: activationAnswerSchema },
  202: { description: 'It waits: for its time, or for another person.', schema: activationAnswerSchema },
};
const ACTIVATION_PROBLEMS = [
  'policy_unavailable',
  'unsigned_bundle',
  'wrong_signature',
  'audit_unavailable',
] as const;

export function policyVersionOperations(gateway: Gateway): Operation[] {
  return [
    publish(gateway),
    activate(gateway),
    rollback(gateway),
    difference(gateway),
    listActivations(gateway),
    getActivation(gateway),
    confirm(gateway),
    cancel(gateway),
  ];
}

function publish(gateway: Gateway): Operation {
  return operation({
    route: 'POST /policies',
    operationId: 'publishPolicy',
    tag: 'policy',
    summary: 'Publish a version',
    description:
      'Checks the files as a load would, their own tests among them, and keeps them as a version. It decides nothing until it is activated. The same files again are the same version: 200.',
    body: { check: publishInputSchema, examples: PUBLISH_EXAMPLES },
    answers: {
      201: { description: 'The version.', schema: publicationSchema },
      200: { description: 'It was published before.', schema: publicationSchema },
    },
    problems: [
      'invalid_bundle',
      'unsigned_bundle',
      'wrong_signature',
      'too_many_checks',
      'audit_unavailable',
    ],
    idempotent: true,
    bodyLimit: 16_777_216,
    handle: async ({ body: { files, signature, ...rest }, caller }) => {
      let published: CheckedSet | undefined;
      const mayChange = (set: CheckedSet) => {
        assertReach(gateway, caller, set);
        published = set;
      };
      const how = { ...rest, ...(signature !== undefined && { signatures: [signature].flat() }) };
      const by = { person: personOf(caller), mayChange };
      const { versions } = gateway.bundles;
      const read = () => versions.publish(files, how, by);
      const { publication, isNew } = await readingFiles(gateway, caller, { given: files, read });
      const to = published?.compared ?? publication.files_hash;
      const changes = await changesBetween(gateway, caller, { to });
      return json({ ...publication, ...(changes && { changes }) }, isNew ? 201 : 200);
    },
  });
}

function activate(gateway: Gateway): Operation {
  return operation({
    route: 'POST /policies/:version/activate',
    operationId: 'activatePolicy',
    tag: 'policy',
    summary: 'Activate a version',
    description:
      'From now on, or from a time on, decisions are made under this set of files: named by its `files_hash`, or by its `version` while no other set has that (409 `version_ambiguous`). Where `policy_activation_approvals` is above one, others confirm first. What is in flight is decided under the version it began with.',
    params: versionParams,
    body: { check: activateInputSchema.optional(), required: false, examples: ACTIVATE_EXAMPLES },
    answers: OUTCOMES,
    problems: [
      'policy_not_found',
      'version_ambiguous',
      'invalid_schedule',
      'too_many_activations',
      ...ACTIVATION_PROBLEMS,
    ],
    idempotent: true,
    handle: async ({ params, body, caller }) => {
      assertReach(gateway, caller);
      const { versions } = gateway.bundles;
      const ask = () => versions.activate(params.version, body ?? {}, personOf(caller));
      return outcome(gateway, caller, ask);
    },
  });
}

function rollback(gateway: Gateway): Operation {
  return operation({
    route: 'POST /policies/rollback',
    operationId: 'rollbackPolicy',
    tag: 'policy',
    summary: 'Go back to a version that was active',
    description:
      'To exactly the set of files that was active before the present one, or to the one named. It is an activation like any other: where several people are needed, they are needed here.',
    body: { check: rollbackInputSchema.optional(), required: false, examples: ROLLBACK_EXAMPLES },
    answers: OUTCOMES,
    problems: [
      'policy_not_found',
      'version_ambiguous',
      'nothing_to_roll_back',
      'too_many_activations',
      ...ACTIVATION_PROBLEMS,
    ],
    idempotent: true,
    handle: async ({ body, caller }) => {
      assertReach(gateway, caller);
      const { version, ...asked } = body ?? {};
      const { versions } = gateway.bundles;
      return outcome(gateway, caller, () => versions.rollback(version, asked, personOf(caller)));
    },
  });
}

function difference(gateway: Gateway): Operation {
  return operation({
    route: 'GET /policies/:version/diff',
    operationId: 'diffPolicy',
    tag: 'policy',
    summary: 'Compare a version with another',
    description:
      'Rules that `version` has and `against` has not, the reverse, and those that differ, by id and hash: at most 1,000 of each; `counts` has them all. `files` names the files that differ: agents, budgets and trust have no part in the rules. Both may be a `files_hash`. `decisions` shows plans that the two decide differently, as far as a bounded search finds them.',
    params: versionParams,
    query: z.strictObject({
      against: z.string().min(1).max(256).exactOptional().meta({
        description: 'A version or a `files_hash`. Left out: what is active.',
      }),
    }),
    answers: { 200: { description: 'From `against` to `version`.', schema: bundleChangesSchema } },
    problems: ['policy_not_found', 'version_ambiguous'],
    handle: async ({ params: { version: to }, query: { against: from }, caller: { tenant_id } }) =>
      json(await gateway.bundles.kept.changes({ from, to, tenant_id }, LISTED_CHANGES)),
  });
}

function listActivations(gateway: Gateway): Operation {
  return operation({
    route: 'GET /policies/activations',
    operationId: 'listActivations',
    tag: 'policy',
    summary: 'List activations that were asked for',
    description: 'Newest first: those that wait for a time or for a person, and those that are over.',
    query: z.strictObject({ status: z.enum(REQUEST_STATUSES).exactOptional(), ...pageQuery }),
    answers: { 200: { description: 'One page of activations.', schema: activationPageSchema } },
    problems: ['invalid_cursor'],
    handle: ({ query: { status, ...asked } }) => {
      const all = gateway.bundles.versions.list(status);
      const { items, ...rest } = pageBehind(all, ({ activation_id }) => activation_id, asked);
      return json({ activations: items, ...rest });
    },
  });
}

function getActivation(gateway: Gateway): Operation {
  return operation({
    route: 'GET /policies/activations/:activation_id',
    operationId: 'getActivation',
    tag: 'policy',
    summary: 'Get one activation',
    description: 'What was asked for, by whom, and what became of it.',
    params: activationParams,
    answers: { 200: { description: 'The activation.', schema: activationSchema } },
    problems: ['activation_not_found'],
    handle: ({ params }) => json(gateway.bundles.versions.get(params.activation_id)),
  });
}

function confirm(gateway: Gateway): Operation {
  return operation({
    route: 'POST /policies/activations/:activation_id/confirm',
    operationId: 'confirmActivation',
    tag: 'policy',
    summary: 'Confirm an activation',
    description:
      'One more person stands behind it; nobody twice, by token or by name. With the last one it takes it becomes active, or waits for its time.',
    params: activationParams,
    body: { check: wordInputSchema.optional(), required: false, examples: CONFIRM_EXAMPLES },
    answers: OUTCOMES,
    problems: [
      'activation_not_found',
      'activation_closed',
      'activation_not_waiting',
      'same_person',
      ...ACTIVATION_PROBLEMS,
    ],
    handle: async ({ params, body, caller }) => {
      assertReach(gateway, caller);
      const { versions } = gateway.bundles;
      const confirmation = () => versions.confirm(params.activation_id, body ?? {}, personOf(caller));
      return outcome(gateway, caller, confirmation);
    },
  });
}

function cancel(gateway: Gateway): Operation {
  return operation({
    route: 'POST /policies/activations/:activation_id/cancel',
    operationId: 'cancelActivation',
    tag: 'policy',
    summary: 'Take an activation back',
    description: 'One that waits, by anyone who may ask for one.',
    params: activationParams,
    body: { check: wordInputSchema.optional(), required: false, examples: CANCEL_EXAMPLES },
    answers: { 200: { description: 'The activation as it is now.', schema: activationSchema } },
    problems: ['activation_not_found', 'activation_closed', 'audit_unavailable'],
    handle: async ({ params, body, caller }) => {
      assertReach(gateway, caller);
      return json(await gateway.bundles.versions.cancel(params.activation_id, body ?? {}, personOf(caller)));
    },
  });
}

/** What became of an activation, with what it changes. */
async function outcome(
  gateway: Gateway,
  caller: Caller,
  ask: () => Promise<ActivationRequest>,
): Promise<Answer> {
  const from = gateway.bundles.active.bundle;
  const request = await ask();
  const changes = await changesBetween(gateway, caller, { from, to: request.version.files_hash });
  const answer = { ...request, ...(changes && { changes }) };
  return json(answer, request.status === 'activated' ? 200 : 202);
}

function personOf({ name, token_id }: Caller): { name: string; token_id: string } {
  return { name, token_id };
}

/**
 * Policies are of the whole gateway. A caller of one tenant changes them only while there is no other tenant, neither in
 * what is active nor in what it brings.
 */
function assertReach(gateway: Gateway, caller: Caller, set?: CheckedSet): void {
  if (caller.tenant_id === '*') return;
  const tenants = [...gateway.agents.tenants(), ...(set?.tenants ?? [])];
  if (tenants.every((tenant) => tenant === caller.tenant_id)) return;
  throw new HttpError(
    'access_denied',
    `Policies reach agents of other tenants than ${caller.tenant_id}: this takes a token of all tenants.`,
  );
}
