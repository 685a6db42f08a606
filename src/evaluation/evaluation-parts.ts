import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { BudgetLedger } from '../budgets/budget-ledger.ts';
import type { PolicySet } from '../bundles/policy-set.ts';
import type { Classifier } from '../classifier/classifier.ts';
import type { Guard } from '../guard/finding.ts';
import type { HistoryLedger } from '../history/history-ledger.ts';
import type { Permits } from '../permits/permits.ts';
import type { RuntimeMode } from '../plan/plan.ts';
import type { RememberedContents } from '../trust/remembered-contents.ts';
import type { TrustRegistry } from '../trust/trust-registry.ts';
import type { EvaluateAnswer } from './answer.ts';
import type { InspectTexts } from './known-secrets.ts';
import type { ParentPlans } from './parent-plans.ts';
import type { SecretScreen } from './secret-screen.ts';
import type { TraceClaims } from './trace-claims.ts';

/** What an evaluation works with. Wired in src/gateway/. */
export type EvaluationParts = {
  log: AuditLog;
  inspect: InspectTexts;
  secrets: Guard['secrets'];
  /** Asked about every plan that the guard does not block; absent: no model is asked. */
  classifier?: Classifier;
  screen: SecretScreen;
  agents: Pick<AgentDirectory, 'find'>;
  ledger: BudgetLedger;
  history: Pick<HistoryLedger, 'isAsked' | 'factOf' | 'note' | 'applied' | 'undo'>;
  approvals: Pick<Approvals, 'claim'>;
  permits: Pick<Permits, 'prepare'>;
  traces: TraceClaims;
  parents: Pick<ParentPlans, 'find'>;
  policySet: () => PolicySet;
  /** What sources are worth: those of the active files, and those registered over the API. */
  trust: () => TrustRegistry;
  contents: RememberedContents;
  /** Milliseconds since 1970. */
  clock: () => number;
  newId: (prefix: string) => string;
  /** Whether prompts and source contents are recorded, redacted. */
  recordTexts: boolean;
  observe: EvaluationObserver;
  /** Where the plans are decided, when that is not for them to say. */
  runtimeMode?: RuntimeMode;
  /** False where nobody can approve anything: what needs approval is blocked. Default: true. */
  hasApprovers?: boolean;
};

/** The agent that a decision is about, and its tenant; `undefined` where there is none of that name. */
export type DecisionOwner = { tenant_id: string | undefined; agent_id: string | undefined };

/** Told of every decision once it is durable, and of a stage that failed. */
export type EvaluationObserver = {
  decided(answer: EvaluateAnswer, owner: DecisionOwner, seconds: number): void;
  fault(traceId: string, fault: unknown): void;
};
