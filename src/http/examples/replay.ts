import type { Example } from '../operation.ts';

export const REEVALUATE_EXAMPLES: Readonly<Record<string, Example>> = {
  as_decided: { summary: 'Under the bundle it was decided under', value: {} },
  under_the_active: { summary: 'Under the bundle that is active now', value: { policy: 'production' } },
};

export const REEVALUATION = {
  trace_id: 'run-123',
  identical: true,
  plans: [
    {
      execution_plan_id: 'plan-8f42',
      mode: 'enforce',
      result: 'identical',
      bundle: {
        name: 'production',
        version: 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff',
      },
      recorded: { decision: 'block', reason: 'recipient_not_allowlisted', control: 'policy' },
      reevaluated: { decision: 'block', reason: 'recipient_not_allowlisted', control: 'policy' },
      differences: [],
    },
  ],
};
