import { z } from 'zod';
import type { Gateway } from '../../gateway/gateway.ts';
import { EXPLAIN_EXAMPLES, PLAN_EXAMPLES } from '../examples/plans.ts';
import { type AnswerDoc, json, type Operation, operation } from '../operation.ts';
import { decisionAnswerSchema } from '../schemas/decision.ts';
import { submissionSchema } from '../schemas/submission.ts';
import { evaluateBatch } from './evaluate-batch.ts';

const DECIDED: Record<number, AnswerDoc> = {
  200: { description: 'The decision, whatever it is; its events are on disk.', schema: decisionAnswerSchema },
};

export function evaluateOperations(gateway: Gateway): Operation[] {
  return [evaluate(gateway), evaluateBatch(gateway), explain(gateway)];
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
    problems: ['invalid_plan', 'trace_conflict', 'audit_unavailable', 'inspection_unavailable'],
    idempotent: true,
    handle: async ({ body, caller, gone }) => json(await gateway.evaluate(body, caller, { gone })),
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
    problems: ['invalid_plan', 'trace_conflict', 'audit_unavailable', 'inspection_unavailable'],
    handle: async ({ body, caller, gone }) =>
      json(await gateway.evaluate(body, caller, { mode: 'explain', gone })),
  });
}
