import type { Gateway } from '../gateway/gateway.ts';
import type { Operation } from './operation.ts';
import { agentOperations } from './routes/agents.ts';
import { approvalOperations } from './routes/approvals.ts';
import { auditOperations } from './routes/audit.ts';
import { auditFailureOperations } from './routes/audit-failures.ts';
import { auditStream } from './routes/audit-stream.ts';
import { authzenOperations } from './routes/authzen.ts';
import { backtestOperations } from './routes/backtests.ts';
import { driftOperations } from './routes/drift.ts';
import { evaluateOperations } from './routes/evaluate.ts';
import { evidenceOperations } from './routes/evidence.ts';
import { executionOperations } from './routes/executions.ts';
import { guardOperations } from './routes/guard.ts';
import { holdOperations } from './routes/holds.ts';
import { ingestOperations } from './routes/ingest.ts';
import { permitOperations } from './routes/permits.ts';
import { policyOperations } from './routes/policies.ts';
import { policyVersionOperations } from './routes/policy-versions.ts';
import { processOperations } from './routes/process.ts';
import { replayOperations } from './routes/replay.ts';
import { tokenOperations } from './routes/tokens.ts';
import { trustOperations } from './routes/trust.ts';

/** What operations say of the server they are part of: it is there only after them, so it is asked for each request. */
export type ServerFacts = {
  version: string;
  openapi: () => string;
  /** Where clients reach the gateway; nothing where nobody said so. */
  publicUrl: () => string | undefined;
};

/** Every operation of the gateway, in the order in which the documentation shows them. */
export function allOperations(gateway: Gateway, { version, openapi, publicUrl }: ServerFacts): Operation[] {
  return [
    ...evaluateOperations(gateway),
    ...executionOperations(gateway),
    ...permitOperations(gateway),
    ...guardOperations(gateway),
    ...authzenOperations(gateway, publicUrl),
    ...approvalOperations(gateway),
    ...replayOperations(gateway),
    ...backtestOperations(gateway),
    ...evidenceOperations(gateway),
    ...auditOperations(gateway),
    auditStream(gateway),
    ...auditFailureOperations(gateway),
    ...ingestOperations(gateway),
    ...holdOperations(gateway),
    ...agentOperations(gateway),
    ...tokenOperations(gateway),
    ...trustOperations(gateway),
    ...policyOperations(gateway),
    ...policyVersionOperations(gateway),
    ...driftOperations(gateway),
    ...processOperations(gateway, version, openapi),
  ];
}
