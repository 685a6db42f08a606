/**
 * The smallest honest agent: it asks before each tool call, acts only on `allow`, and reports what came of it.
 *
 *     AISECOPS_TOKEN=<a token of role runtime> node examples/agent.ts
 */

const GATEWAY = process.env['AISECOPS_URL'] ?? 'http://127.0.0.1:8080';
const TOKEN = process.env['AISECOPS_TOKEN'] ?? '';
/** How long one question for an approval stays open. */
const WAIT_SECONDS = 30;

type ToolCall = { tool_name: string; arguments: Record<string, unknown> };
type Decision = {
  execution_plan_id: string;
  decision: 'allow' | 'block' | 'require_approval';
  reason: string;
  explanation: { summary: string; remedy: string };
  steps: { obligations: unknown[] }[];
  approval?: { approval_id: string };
};

/** What the agent can do. Nothing else in the program may call these. */
const TOOLS: Record<string, (args: Record<string, unknown>) => Promise<object>> = {
  read_contract: async ({ contract_id }) => ({ text: `Contract ${contract_id} renews on 1 March.` }),
  send_email: async ({ to }) => ({ sent_to: to }),
  make_payment: async ({ payee, amount }) => ({ paid: amount, payee }),
};

/** What a model would propose, one call after the other. */
const PROPOSED: ToolCall[] = [
  { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } },
  {
    tool_name: 'send_email',
    arguments: { to: 'lee@acme.example', subject: 'C-7', body: 'It renews on 1 March.' },
  },
  {
    tool_name: 'make_payment',
    arguments: { payee: 'Stationery Ltd', amount: 2500, currency: 'USD' },
  },
  {
    tool_name: 'make_payment',
    arguments: { payee: 'Stationery Ltd', amount: 20_000, currency: 'USD' },
  },
];

async function send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(GATEWAY + path, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // No answer is no permission: an agent that cannot ask does not act.
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** The decision on a call. Where a person must agree, waits for them once and asks again with their approval. */
async function decide(call: ToolCall): Promise<Decision> {
  const plan = {
    agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
    // Say where the instruction came from: what is left out counts as unverified.
    provenance: [{ source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' }],
    steps: [{ step_id: 's1', ...call }],
  };
  const decision = await send<Decision>('POST', '/evaluate', plan);
  const approvalId = decision.approval?.approval_id;
  if (decision.decision !== 'require_approval' || approvalId === undefined) return decision;
  console.log(`${call.tool_name}: waiting for a person (${approvalId})`);
  const path = `/approvals/${approvalId}?wait=${WAIT_SECONDS}`;
  const { status } = await send<{ status: string }>('GET', path);
  if (status !== 'approved') return decision;
  return send<Decision>('POST', '/evaluate', { ...plan, approval_id: approvalId });
}

async function act(call: ToolCall): Promise<void> {
  const { decision, reason, explanation, execution_plan_id, steps } = await decide(call);
  // An obligation changes the arguments; an agent that cannot apply it must not act.
  const isFree = steps.every(({ obligations }) => obligations.length === 0);
  if (decision !== 'allow' || !isFree) {
    console.log(`${call.tool_name}: ${decision} (${reason}). ${explanation.remedy}`);
    return;
  }
  const outcome = await run(call);
  await send('POST', `/executions/${execution_plan_id}/outcome`, {
    status: outcome.status,
    steps: [{ step_id: 's1', ...outcome }],
  });
  console.log(`${call.tool_name}: allow (${reason}), ${outcome.status}`);
}

async function run({ tool_name, arguments: args }: ToolCall) {
  try {
    const output = await TOOLS[tool_name]?.(args);
    return output === undefined ? { status: 'failed' as const } : { status: 'succeeded' as const, output };
  } catch {
    return { status: 'failed' as const };
  }
}

for (const call of PROPOSED) await act(call);
