import { randomBytes } from 'node:crypto';
import type { Api } from './api.ts';
import type { Cast } from './story.ts';

export const TENANT = 'acme-corp';

type NewToken = { token: string; token_id: string };

/** Makes the tokens and the agent of the story. `leave` revokes the tokens and retires the agent. */
export async function gatherCast(admin: Api): Promise<Cast & { leave(): Promise<void> }> {
  const mark = randomBytes(4).toString('hex');
  const guestId = `agent-demo-${mark}`;
  const runtime = await newToken(admin, `demo-runtime-${mark}`, 'runtime');
  const approver = await newToken(admin, `demo-approver-${mark}`, 'approver');
  await admin.send('POST /agents', {
    agent_id: guestId,
    agent_name: `demo_agent_${mark}`,
    tenant_id: TENANT,
    capabilities: ['cap_contract_review'],
    policy_bundle: 'production',
    budgets: ['q4-finance'],
  });
  return {
    ...{ admin, guestId },
    runtime: admin.as(runtime.token),
    approver: admin.as(approver.token),
    leave: async () => {
      await admin.send(`PATCH /agents/${guestId}?tenant_id=${TENANT}`, { status: 'retired' });
      for (const { token_id } of [runtime, approver]) await admin.send(`DELETE /tokens/${token_id}`);
    },
  };
}

function newToken(admin: Api, name: string, role: string): Promise<NewToken> {
  return admin.send<NewToken>('POST /tokens', { name, roles: [role], tenant_id: TENANT });
}
