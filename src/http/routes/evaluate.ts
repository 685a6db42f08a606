import { z } from 'zod';
import type { Gateway } from '../../gateway.ts';
import type { Caller } from '../../tokens/caller.ts';
import { BATCH_EXAMPLES, EXPLAIN_EXAMPLES, PLAN_EXAMPLES } from '../examples/plans.ts';
import { type AnswerDoc, json, type Operation, operation } from '../operation.ts';
import { toProblem } from '../problem.ts';
import { batchAnswerSchema, decisionAnswerSchema } from '../schemas/decision.ts';
import { submissionSchema } from '../schemas/submission.ts';

const MAX_BATCH = 100;

const DECIDED: Record<number, AnswerDoc> = {
  200: { description: 'The decision, whatever it is; its events are on disk.', schema: decisionAnswerSchema },
};

export function evaluateOperations(gateway: Gateway): Operation[] {
  return [evaluate(gateway), batch(gateway), explain(gateway)];
}

function evaluate(gateway: Gateway): Operation {
  return operation({
    route: 'POST /evaluate',
    operationId: 'evaluate',
    tag: 'decisions',
    summary: 'Decide a plan',
    description:
      'Six controls in fixed order: identity, local enforcement, capability, policy, budget, approval; the first block ends it. Always 200 for a well-formed plan. `mode: dry_run` answers the same and consumes nothing. Takes a full plan or the one-call shorthand.',
    body: { check: z.unknown(), schema: submissionSchema, examples: PLAN_EXAMPLES },
    answers: DECIDED,
    problems: ['invalid_plan', 'trace_conflict', 'audit_unavailable'],
    idempotent: true,
    handle: async ({ body, caller }) => json(await gateway.evaluate(body, caller)),
  });
}

function explain(gateway: Gateway): Operation {
  return operation({
    route: 'POST /explain',
    operationId: 'explain',
    tag: 'decisions',
    summary: 'Explain what a plan would get',
    description:
      'Runs every stage even after a block and lists every rule considered and why it did or did not match. Consumes nothing; recorded as an explanation.',
    body: { check: z.unknown(), schema: submissionSchema, examples: EXPLAIN_EXAMPLES },
    answers: DECIDED,
    problems: ['invalid_plan', 'trace_conflict', 'audit_unavailable'],
    handle: async ({ body, caller }) => json(await gateway.evaluate(body, caller, 'explain')),
  });
}

function batch(gateway: Gateway): Operation {
  return operation({
    route: 'POST /evaluate/batch',
    operationId: 'evaluateBatch',
    tag: 'decisions',
    summary: `Decide up to ${MAX_BATCH} plans`,
    description:
      'Each plan is decided on its own, in the order given. A plan that cannot be decided gets its problem in its place and does not fail the others.',
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
    handle: async ({ body, caller }) => json({ results: await decideAll(gateway, body.plans, caller) }),
  });
}

/** Starts all at once, so they share one write to the log; the gateway takes them in this order. */
function decideAll(gateway: Gateway, plans: readonly unknown[], caller: Caller): Promise<unknown[]> {
  return Promise.all(
    plans.map(async (plan) => {
      try {
        return await gateway.evaluate(plan, caller);
      } catch (error) {
        const problem = toProblem(error);
        if (problem.status >= 500) gateway.logger.error({ err: error }, 'a plan of a batch failed');
        return problem;
      }
    }),
  );
}
