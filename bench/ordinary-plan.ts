/**
 * What an agent asks all day: one step of a tool it has, wanted by its user. The smallest cost that counts makes the
 * budget of the agent take part and lasts for ten million plans.
 */
export const ORDINARY_PLAN = {
  agent: { agent_id: 'agent-finance-01' },
  provenance: [{ source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' }],
  steps: [
    {
      step_id: 's1',
      tool_name: 'read_contract',
      arguments: { contract_id: 'c-2024-117' },
      estimated_cost: { usd: 0.000001, tokens: 10 },
    },
  ],
};
