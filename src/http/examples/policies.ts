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

const LAYER = `layer: tenant
tenant_id: acme-corp
rules:
  - id: acme.web.asked
    match: { tool_name: search_web, environment: audit }
    action: require_approval
`;

export const VALIDATE_EXAMPLES: Readonly<Record<string, Example>> = {
  good: { summary: 'Rules that load', value: { files: { 'policies.yaml': GOOD } } },
  layer: {
    summary: 'The rules of a tenant, with everything else as it is',
    value: { files: { 'layers/acme.yaml': LAYER } },
  },
  without_layer: {
    summary: 'The same without the file of a layer',
    value: { files: { 'layers/acme.yaml': null } },
  },
  mistyped: {
    summary: 'A mistyped key, named with line and column',
    value: { files: { 'policies.yaml': MISTYPED } },
    status: 422,
  },
};
