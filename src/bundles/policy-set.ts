import type { AgentRecord } from '../agents/agent-record.ts';
import type { CountedBudget } from '../budgets/budget-need.ts';
import type { GuardSettings } from '../guard/finding.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import type { TrustFile } from '../trust/trust-file.ts';
import type { TrustRegistry } from '../trust/trust-registry.ts';

/** Everything read from the policy directory in one piece: it is used whole or not at all. */
export type PolicySet = {
  bundle: Bundle;
  agents: readonly AgentRecord[];
  budgets: ReadonlyMap<string, CountedBudget>;
  trust: TrustRegistry;
  trustFile: TrustFile;
  guard: GuardSettings;
  warnings: readonly PolicyProblem[];
  /** How many more there are than are kept. */
  warnings_omitted: number;
};
