import { z } from 'zod';
import { outcomeReportSchema } from '../../evaluation/outcome-report.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { OUTCOME_EXAMPLES } from '../examples/outcomes.ts';
import { json, type Operation, operation } from '../operation.ts';
import { outcomeAnswerSchema } from '../schemas/execution.ts';
import { pathId } from '../schemas/paging.ts';

export function executionOperations(gateway: Gateway): Operation[] {
  return [
    operation({
      route: 'POST /executions/:execution_plan_id/outcome',
      operationId: 'reportOutcome',
      tag: 'decisions',
      summary: 'Report what came of a plan',
      description:
        'Status, real cost and output of the steps. Outputs are inspected, what was reserved of the budgets is settled, its permits are consumed. Taken once for each time the plan is decided; a decision that allows stands until its outcome is reported. `permit` must be one of this plan; it may have expired since.',
      params: z.strictObject({ execution_plan_id: pathId('plan-8f42') }),
      body: { check: z.unknown(), schema: outcomeReportSchema, examples: OUTCOME_EXAMPLES },
      answers: { 200: { description: 'The outcome is recorded.', schema: outcomeAnswerSchema } },
      problems: [
        'invalid_plan',
        'plan_not_found',
        'outcome_forbidden',
        'outcome_reported',
        'audit_unavailable',
        'inspection_unavailable',
      ],
      idempotent: true,
      handle: async ({ params, body, caller, gone }) =>
        json(await gateway.reportOutcome(params.execution_plan_id, body, caller, gone)),
    }),
  ];
}
