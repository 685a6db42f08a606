import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import { contentFor } from '../../policy/tenant-content.ts';
import { VALIDATE_EXAMPLES } from '../examples/policies.ts';
import { json, type Operation, operation } from '../operation.ts';
import { pageBehind } from '../page-behind.ts';
import { HttpError } from '../problem.ts';
import { pageQuery, pathId } from '../schemas/paging.ts';
import {
  budgetListSchema,
  capabilityListSchema,
  validateAnswerSchema,
  validateInputSchema,
} from '../schemas/policy.ts';
import { bundleListSchema, bundleSchema } from '../schemas/policy-version.ts';
import { changesBetween } from './policy-changes.ts';

export function policyOperations(gateway: Gateway): Operation[] {
  return [
    listPolicies(gateway),
    getPolicy(gateway),
    validate(gateway),
    capabilities(gateway),
    budgets(gateway),
  ];
}

function listPolicies(gateway: Gateway): Operation {
  return operation({
    route: 'GET /policies',
    operationId: 'listPolicies',
    tag: 'policy',
    summary: 'List bundles',
    description:
      'Every set of files that was published or active, by whom and when, with the activations of it that wait; the warnings of the active one; whether the policy directory is what is active. Sets with the same rules and other agents, budgets or trust have one `version`.',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'The active set, then newest first.', schema: bundleListSchema } },
    problems: ['invalid_cursor'],
    handle: ({ query, caller: { tenant_id } }) => {
      const { active: _active, ...status } = gateway.bundles.status();
      const warnings = gateway.bundles.readable(status.warnings, { tenant_id, isError: false });
      const stale = status.stale && {
        since: status.stale.since,
        problems: gateway.bundles.readable(status.stale.problems, { tenant_id, isError: true }),
      };
      const { items, ...rest } = pageBehind(gateway.bundles.list(), setName, query);
      return json({ policies: items, ...rest, ...status, warnings, ...(stale && { stale }) });
    },
  });
}

/** Names a set in a cursor. */
function setName({ version, files_hash }: { version: string; files_hash: string }): string {
  return `${version} ${files_hash}`;
}

function getPolicy(gateway: Gateway): Operation {
  return operation({
    route: 'GET /policies/:version',
    operationId: 'getPolicy',
    tag: 'policy',
    summary: 'Get one bundle',
    description:
      'Its canonical content. A version is the SHA-256 of exactly that. By `files_hash` it is one set of files, with their hashes: what a review is of. A caller of one tenant sees it without the layers of others.',
    params: z.strictObject({
      version: pathId('sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff'),
    }),
    answers: { 200: { description: 'The bundle.', schema: bundleSchema } },
    problems: ['policy_not_found'],
    handle: async ({ params, caller }) => {
      const bundle = await gateway.bundles.kept.get(params.version);
      if (bundle === undefined)
        throw new HttpError('policy_not_found', `There is no bundle ${params.version}.`);
      const { set, content: whole, ...rest } = bundle;
      const { content, omitted } = contentFor(whole, caller.tenant_id);
      return json({ ...set, ...rest, content, ...(omitted > 0 && { omitted }) });
    },
  });
}

function validate(gateway: Gateway): Operation {
  return operation({
    route: 'POST /policies/validate',
    operationId: 'validatePolicy',
    tag: 'policy',
    summary: 'Check policy files',
    description:
      'Compiles the files as a load would, in place of those of the active bundle, and changes nothing; `null` takes a file out. `changes` says what they would change against the active bundle. 422 names every fault with line and column.',
    body: { check: validateInputSchema, examples: VALIDATE_EXAMPLES },
    answers: { 200: { description: 'The files would load.', schema: validateAnswerSchema } },
    problems: ['invalid_bundle', 'too_many_checks'],
    bodyLimit: 16_777_216,
    handle: async ({ body, caller }) => {
      const result = await gateway.bundles.validate(body.files);
      const seen = { tenant_id: caller.tenant_id, given: body.files };
      if (result.valid) {
        const { compared } = result;
        const warnings = gateway.bundles.readable(result.warnings, { ...seen, isError: false });
        const changes = await changesBetween(gateway, caller, { to: compared });
        const { warnings_omitted: omitted } = result;
        const told = { warnings, ...(omitted !== undefined && { warnings_omitted: omitted }) };
        return json({ valid: true, version: compared.version, ...told, ...(changes && { changes }) });
      }
      const errors = gateway.bundles.readable(result.errors, { ...seen, isError: true });
      const [first] = errors;
      const detail =
        first === undefined ? '' : `${first.file}:${first.line}:${first.column}: ${first.message}`;
      throw new HttpError('invalid_bundle', detail, { errors });
    },
  });
}

function capabilities(gateway: Gateway): Operation {
  return operation({
    route: 'GET /capabilities',
    operationId: 'listCapabilities',
    tag: 'policy',
    summary: 'List capabilities',
    description:
      'The named sets of tools of the active bundle. A tool in none of them is blocked for everyone.',
    answers: { 200: { description: 'The capabilities.', schema: capabilityListSchema } },
    problems: [],
    handle: () => {
      const { name, version, capabilities: records } = gateway.bundles.active.bundle;
      return json({ bundle: { name, version }, capabilities: records });
    },
  });
}

function budgets(gateway: Gateway): Operation {
  return operation({
    route: 'GET /budgets',
    operationId: 'listBudgets',
    tag: 'policy',
    summary: 'List budgets',
    description: 'Each budget with what is used and reserved in the windows that run now.',
    answers: { 200: { description: 'The budgets.', schema: budgetListSchema } },
    problems: [],
    handle: async ({ caller }) => json({ budgets: await gateway.budgets.list(caller.tenant_id) }),
  });
}
