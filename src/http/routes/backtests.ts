import { z } from 'zod';
import type { Flip } from '../../backtest/flip.ts';
import type { GivenFiles } from '../../bundles/policy-files.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Bundle } from '../../policy/bundle.ts';
import type { Caller } from '../../tokens/caller.ts';
import { BACKTEST_EXAMPLES } from '../examples/backtests.ts';
import { json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import {
  backtestInputSchema,
  backtestListSchema,
  backtestSchema,
  flipPageSchema,
} from '../schemas/backtest.ts';
import { pageQuery, pathId, wholeNumber } from '../schemas/paging.ts';
import { tenantScope } from '../tenancy.ts';
import { readingFiles } from './policy-changes.ts';

export function backtestOperations(gateway: Gateway): Operation[] {
  return [start(gateway), list(gateway), get(gateway), flips(gateway), cancel(gateway)];
}

const params = z.strictObject({ backtest_id: pathId('bt-01a21081-15ba-7ae9-a012-4f8e3a327b91') });
const MAX_WAIT_SECONDS = 60;

function start(gateway: Gateway): Operation {
  return operation({
    route: 'POST /replay/backtest',
    operationId: 'startBacktest',
    tag: 'replay',
    summary: 'Decide recorded plans under a candidate',
    description:
      'What would a policy have said of the plans that agents really sent? Every enforced plan of the log that fits the filter is decided again by the same function, with the facts as they were recorded; only the bundle is another. Give `policy`, a bundle that was ever active, or `bundle`, the texts of files. The answer is a job: ask `GET /backtests/{backtest_id}?wait=30` for what came out. Nothing is reserved, opened or recorded.',
    body: { check: backtestInputSchema, examples: BACKTEST_EXAMPLES },
    answers: { 202: { description: 'The job.', schema: backtestSchema } },
    problems: ['policy_not_found', 'invalid_bundle', 'too_many_backtests'],
    idempotent: true,
    handle: async ({ body: { filter, ...from }, caller }) => {
      const candidate = await candidateOf(gateway, from, caller);
      const scoped = { ...filter, ...tenantScope(caller, filter.tenant_id) };
      const view = gateway.backtests.start({ candidate, filter: scoped, by: caller });
      return { ...json(view, 202), headers: { location: `/backtests/${view.backtest_id}` } };
    },
  });
}

function list(gateway: Gateway): Operation {
  return operation({
    route: 'GET /backtests',
    operationId: 'listBacktests',
    tag: 'replay',
    summary: 'List backtests',
    description: 'Newest first: those that wait or run, and the last ones that ended since the start.',
    answers: { 200: { description: 'The backtests.', schema: backtestListSchema } },
    problems: [],
    handle: ({ caller }) => json({ backtests: gateway.backtests.list(caller.tenant_id) }),
  });
}

function get(gateway: Gateway): Operation {
  return operation({
    route: 'GET /backtests/:backtest_id',
    operationId: 'getBacktest',
    tag: 'replay',
    summary: 'Get one backtest, or wait for it',
    description:
      'How far it is, and when it is done what came out: old and new decisions as a matrix, what was loosened and tightened by which rule, and what could not be decided again and why.',
    params,
    query: z.strictObject({
      wait: wholeNumber(0, MAX_WAIT_SECONDS)
        .default(0)
        .meta({ description: 'Seconds to wait while it has not ended.' }),
    }),
    answers: { 200: { description: 'The backtest.', schema: backtestSchema } },
    problems: ['backtest_not_found'],
    handle: async ({ params: { backtest_id }, query: { wait }, caller, signal }) =>
      json(await gateway.backtests.get(backtest_id, caller.tenant_id, wait * 1_000, signal())),
  });
}

function flips(gateway: Gateway): Operation {
  return operation({
    route: 'GET /backtests/:backtest_id/flips',
    operationId: 'listFlips',
    tag: 'replay',
    summary: 'List the plans a candidate decides otherwise',
    description: 'In the order of the log, each with the rules or the control it comes from.',
    params,
    query: z.strictObject({
      effect: z.enum(['loosened', 'tightened']).exactOptional(),
      ...pageQuery,
    }),
    answers: { 200: { description: 'One page of flips.', schema: flipPageSchema } },
    problems: ['backtest_not_found', 'backtest_not_done', 'invalid_cursor'],
    handle: ({ params: { backtest_id }, query: { effect, ...paging }, caller }) => {
      const all = gateway.backtests.flips(backtest_id, caller.tenant_id);
      return json(pageOf(effect === undefined ? all : all.filter((flip) => flip.effect === effect), paging));
    },
  });
}

function cancel(gateway: Gateway): Operation {
  return operation({
    route: 'POST /backtests/:backtest_id/cancel',
    operationId: 'cancelBacktest',
    tag: 'replay',
    summary: 'Cancel a backtest',
    description: 'Ends one that waits or runs. One that has ended stays as it is.',
    params,
    answers: { 200: { description: 'The backtest as it is now.', schema: backtestSchema } },
    problems: ['backtest_not_found'],
    handle: ({ params: { backtest_id }, caller }) =>
      json(gateway.backtests.cancel(backtest_id, caller.tenant_id)),
  });
}

type From = { policy?: string; bundle?: GivenFiles };

async function candidateOf(gateway: Gateway, { policy, bundle }: From, caller: Caller): Promise<Bundle> {
  if (policy !== undefined && bundle === undefined) return gateway.bundleNamed(policy);
  if (bundle !== undefined && policy === undefined)
    return readingFiles(gateway, caller, { given: bundle, read: () => gateway.bundles.candidate(bundle) });
  throw new HttpError(
    'invalid_request',
    'Give one of the two: policy (a bundle) or bundle (texts of files).',
    {
      errors: [{ pointer: '', message: 'give either policy or bundle' }],
    },
  );
}

/** A cursor is the number of the flip to go on with. */
function pageOf(flips: readonly Flip[], { limit, cursor }: { limit: number; cursor?: string }) {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor))
    throw new HttpError('invalid_cursor', 'The cursor is not one that this list gave out.');
  const from = Number(cursor ?? 0);
  const rest = from + limit < flips.length ? { next_cursor: String(from + limit) } : {};
  return { flips: flips.slice(from, from + limit), ...rest };
}
