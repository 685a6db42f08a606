import type { Example } from '../operation.ts';

const GOOD = `bundle: production
default: block
rules:
  - id: read.contracts
    match: { tool_name: read_contract }
    action: allow
`;

const MISTYPED = `bundle: production
rules:
  - id: read.contracts
    match: { tool_nane: read_contract }
    action: allow
`;

export const VALIDATE_EXAMPLES: Readonly<Record<string, Example>> = {
  good: { summary: 'Rules that load', value: { files: { 'policies.yaml': GOOD } } },
  mistyped: {
    summary: 'A mistyped key, named with line and column',
    value: { files: { 'policies.yaml': MISTYPED } },
    status: 422,
  },
};
