import type { EvaluateAnswer } from '../evaluation/answer.ts';
import type { Turn } from '../evaluation/evaluate.ts';
import type { Gone } from '../evaluation/known-secrets.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Caller } from '../tokens/caller.ts';
import { type Problem, toProblem } from './problem.ts';

/** Steps that are decided at once: as many as one plan may have, so that a batch waits for the log and never fills it. */
const STEPS_AT_ONCE = 200;

/** What one plan of a row got: its decision, or why there is none. */
export type RowResult = EvaluateAnswer | Problem;

/**
 * Decides plans one after the other, each taking what it takes before the next is looked at; the plans of a round share their writes.
 * A plan that cannot be decided gets its problem in its place; what is ours of it is logged. Never rejects.
 */
export async function decideRow(
  gateway: Gateway,
  plans: readonly unknown[],
  caller: Caller,
  gone?: Gone,
): Promise<RowResult[]> {
  const results: RowResult[] = [];
  for (const round of roundsOf(plans)) {
    let begins = Promise.resolve();
    const deciding = round.map((plan) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const turn: Turn = { begins, ends: resolve };
      begins = promise;
      return decideOne(gateway, plan, { caller, turn, gone });
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
  { caller, turn, gone }: { caller: Caller; turn: Turn; gone: Gone | undefined },
): Promise<RowResult> {
  try {
    return await gateway.evaluate(plan, caller, { turn, gone });
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
