import type { Example } from '../operation.ts';

export const OUTCOME_EXAMPLES: Readonly<Record<string, Example>> = {
  succeeded: {
    summary: 'The plan ran and cost less than estimated',
    value: {
      status: 'succeeded',
      steps: [
        {
          step_id: 's1',
          status: 'succeeded',
          cost: { usd: 0.01, tokens: 400 },
          output: { text: 'This contract renews on 1 March.' },
        },
      ],
    },
  },
  unknown_field: {
    summary: 'A mistyped field is refused with its pointer',
    value: { status: 'succeeded', stepz: [] },
    status: 400,
  },
};
