import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import { decideRow } from '../decide-row.ts';
import { BATCH_EXAMPLES } from '../examples/plans.ts';
import { json, type Operation, operation } from '../operation.ts';
import { batchAnswerSchema } from '../schemas/decision.ts';
import { submissionSchema } from '../schemas/submission.ts';

const MAX_BATCH = 100;

export function evaluateBatch(gateway: Gateway): Operation {
  return operation({
    route: 'POST /evaluate/batch',
    operationId: 'evaluateBatch',
    tag: 'decisions',
    summary: `Decide up to ${MAX_BATCH} plans`,
    description:
      'Each plan is decided on its own, in the order given. A plan that cannot be decided gets its problem in its place and does not fail the others. An answer with a problem of 500 or above in it is not kept for its `Idempotency-Key`: send the plans that have one again, by themselves.',
    body: {
      check: z.strictObject({ plans: z.array(z.unknown()).min(1).max(MAX_BATCH) }),
      schema: z.strictObject({ plans: z.array(submissionSchema).min(1).max(MAX_BATCH) }),
      examples: BATCH_EXAMPLES,
    },
    answers: {
      200: { description: 'A decision or a problem for every plan, in order.', schema: batchAnswerSchema },
    },
    problems: [],
    idempotent: true,
    handle: async ({ body, caller, gone }) => {
      const results = await decideRow(gateway, body.plans, caller, gone);
      const answer = json({ results });
      const isWhole = results.every((result) => !('status' in result) || result.status < 500);
      return isWhole ? answer : { ...answer, isPassing: true };
    },
  });
}
