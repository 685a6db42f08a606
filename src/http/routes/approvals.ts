import { z } from 'zod';
import { APPROVAL_STATUSES, type Approval } from '../../approvals/approval.ts';
import { ApprovalError } from '../../approvals/approval-error.ts';
import { MAX_WAIT_SECONDS } from '../../approvals/approvals.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Caller } from '../../tokens/caller.ts';
import { REVIEW_EXAMPLES } from '../examples/governance.ts';
import { json, type Operation, operation } from '../operation.ts';
import { approvalPageSchema, approvalSchema, reviewSchema } from '../schemas/approval.ts';
import { idSchema, pageQuery, pathId, tenantQuery, wholeNumber } from '../schemas/paging.ts';
import { tenantScope } from '../tenancy.ts';

export function approvalOperations(gateway: Gateway): Operation[] {
  return [list(gateway), get(gateway), approve(gateway), reject(gateway), cancel(gateway)];
}

const params = z.strictObject({ approval_id: pathId('apr-01a21081-1593-7572-b516-6b12d7d56f2d') });
const review = { check: reviewSchema, required: false, examples: REVIEW_EXAMPLES };
const changed = { 200: { description: 'The approval as it is now.', schema: approvalSchema } };

const REVIEW_PROBLEMS = [
  'approval_not_found',
  'not_an_approver',
  'self_approval',
  'approval_closed',
  'approval_expired',
  'audit_unavailable',
] as const;

function list(gateway: Gateway): Operation {
  return operation({
    route: 'GET /approvals',
    operationId: 'listApprovals',
    tag: 'approvals',
    summary: 'List approvals',
    description: 'Newest first. An agent sees those of its own plans.',
    query: z.strictObject({
      status: z.enum(APPROVAL_STATUSES).exactOptional(),
      agent_id: idSchema.exactOptional(),
      ...tenantQuery,
      ...pageQuery,
    }),
    answers: { 200: { description: 'One page of approvals.', schema: approvalPageSchema } },
    problems: ['invalid_cursor'],
    handle: async ({ query: { tenant_id, ...filter }, caller }) => {
      const own = caller.agent_id === undefined ? {} : { agent_id: caller.agent_id };
      const scope = tenantScope(caller, tenant_id);
      const { items, ...rest } = await gateway.approvals.list({ ...filter, ...own, ...scope });
      return json({ approvals: items, ...rest });
    },
  });
}

function get(gateway: Gateway): Operation {
  return operation({
    route: 'GET /approvals/:approval_id',
    operationId: 'getApproval',
    tag: 'approvals',
    summary: 'Get one approval, or wait for it',
    description:
      'With `wait` the answer comes as soon as somebody decides, and after that many seconds in any case: ask again then.',
    params,
    query: z.strictObject({
      wait: wholeNumber(0, MAX_WAIT_SECONDS)
        .default(0)
        .meta({ description: 'Seconds to wait while the approval is pending.' }),
    }),
    answers: { 200: { description: 'The approval.', schema: approvalSchema } },
    problems: ['approval_not_found', 'too_many_waiters'],
    handle: async ({ params: { approval_id: id }, query: { wait }, caller, signal }) => {
      const now = visible(await gateway.approvals.get(id, caller.tenant_id), caller);
      if (wait === 0 || now.status !== 'pending') return json(now);
      return json(await gateway.approvals.wait(id, caller.tenant_id, wait, signal()));
    },
  });
}

function approve(gateway: Gateway): Operation {
  return operation({
    route: 'POST /approvals/:approval_id/approve',
    operationId: 'approve',
    tag: 'approvals',
    summary: 'Approve',
    description:
      'The reviewer is the holder of the token. Good for exactly the plan that was shown, once, until it expires. Where two must approve it takes two people.',
    params,
    body: review,
    answers: changed,
    problems: [...REVIEW_PROBLEMS, 'already_approved'],
    idempotent: true,
    handle: async ({ params: { approval_id }, body, caller }) =>
      json(await gateway.approvals.approve({ approval_id, caller, ...body })),
  });
}

function reject(gateway: Gateway): Operation {
  return operation({
    route: 'POST /approvals/:approval_id/reject',
    operationId: 'reject',
    tag: 'approvals',
    summary: 'Reject',
    description: 'The no of one person is enough.',
    params,
    body: review,
    answers: changed,
    problems: REVIEW_PROBLEMS,
    idempotent: true,
    handle: async ({ params: { approval_id }, body, caller }) =>
      json(await gateway.approvals.reject({ approval_id, caller, ...body })),
  });
}

function cancel(gateway: Gateway): Operation {
  return operation({
    route: 'POST /approvals/:approval_id/cancel',
    operationId: 'cancelApproval',
    tag: 'approvals',
    summary: 'Cancel',
    description:
      'Withdraws an approval that is not used yet: by the token that submitted the plan, or an admin.',
    params,
    body: review,
    answers: changed,
    problems: [
      'approval_not_found',
      'not_an_approver',
      'approval_closed',
      'approval_expired',
      'audit_unavailable',
    ],
    idempotent: true,
    handle: async ({ params: { approval_id }, body, caller }) => {
      visible(await gateway.approvals.get(approval_id, caller.tenant_id), caller);
      return json(await gateway.approvals.cancel({ approval_id, caller, ...body }));
    },
  });
}

/** A token that is bound to an agent sees the approvals of that agent; the others are not there. */
function visible(approval: Approval, caller: Caller): Approval {
  if (caller.agent_id === undefined || caller.agent_id === approval.agent_id) return approval;
  throw new ApprovalError('approval_not_found', `there is no approval ${approval.approval_id}`);
}
