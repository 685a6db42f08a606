import { z } from 'zod';
import type { EvaluateAnswer } from '../../evaluation/answer.ts';
import type { Turn } from '../../evaluation/evaluate.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Caller } from '../../tokens/caller.ts';
import { BATCH_EXAMPLES } from '../examples/plans.ts';
import { json, type Operation, operation } from '../operation.ts';
import { type Problem, toProblem } from '../problem.ts';
import { batchAnswerSchema } from '../schemas/decision.ts';
import { submissionSchema } from '../schemas/submission.ts';

const MAX_BATCH = 100;

/** Steps that are decided at once: as many as one plan may have, so that a batch waits for the log and never fills it. */
const STEPS_AT_ONCE = 200;

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
    handle: async ({ body, caller }) => {
      const results = await decideAll(gateway, body.plans, caller);
      const answer = json({ results });
      const isWhole = results.every((result) => !('status' in result) || result.status < 500);
      return isWhole ? answer : { ...answer, isPassing: true };
    },
  });
}

type Result = EvaluateAnswer | Problem;

/** One after the other, each taking what it takes before the next is looked at; the plans of a round share their writes. */
async function decideAll(gateway: Gateway, plans: readonly unknown[], caller: Caller): Promise<Result[]> {
  const results: Result[] = [];
  for (const round of roundsOf(plans)) {
    let begins = Promise.resolve();
    const deciding = round.map((plan) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const turn: Turn = { begins, ends: resolve };
      begins = promise;
      return decideOne(gateway, plan, { caller, turn });
    });
    results.push(...(await Promise.all(deciding)));
  }
  return results;
}

/** Plans in their order, as many at once as have no more steps than a round may have, and at least one. */
function roundsOf(plans: readonly unknown[]): unknown[][] {
  const rounds: unknown[][] = [];
  let room = 0;
  for (const plan of plans) {
    const steps = stepCount(plan);
    if (steps > room || rounds.length === 0) {
      rounds.push([]);
      room = STEPS_AT_ONCE;
    }
    rounds.at(-1)?.push(plan);
    room -= steps;
  }
  return rounds;
}

function stepCount(plan: unknown): number {
  const steps = plan !== null && typeof plan === 'object' && 'steps' in plan ? plan.steps : undefined;
  return Array.isArray(steps) ? steps.length : 1;
}

async function decideOne(
  gateway: Gateway,
  plan: unknown,
  { caller, turn }: { caller: Caller; turn: Turn },
): Promise<Result> {
  try {
    return await gateway.evaluate(plan, caller, { turn });
  } catch (error) {
    const problem = toProblem(error);
    if (problem.status === 503 && error instanceof Error) {
      gateway.logger.warn({ cause: error.message }, 'a plan of a batch was not served');
    } else if (problem.status >= 500) {
      gateway.logger.error({ err: error }, 'a plan of a batch failed');
    }
    return problem;
  } finally {
    turn.ends();
  }
}
