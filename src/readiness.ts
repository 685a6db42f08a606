import type { AuditLog } from './audit/audit-log.ts';
import type { BundleStatus } from './bundles/bundle-registry.ts';
import { type PolicyProblem, problemLine } from './policy/problem.ts';

/** Whether the gateway can decide now, and why not. */
export type Readiness = { ready: boolean; checks: { name: string; ok: boolean; detail?: string }[] };

/**
 * Ready means: a plan sent now is decided. Policies on disk that cannot be loaded do not end that, because the last
 * good ones are in force; they are shown as a failed check, with the place to look at.
 */
export function readinessOf(state: {
  draining: boolean;
  log: Pick<AuditLog, 'state' | 'failure'>;
  policies: BundleStatus;
}): Readiness {
  const { draining, log, policies } = state;
  const problems = policies.stale?.problems;
  return {
    ready: !draining && log.state === 'open',
    checks: [
      { name: 'audit_log', ok: log.state === 'open', detail: logDetail(log) },
      { name: 'accepting', ok: !draining, ...(draining ? { detail: 'shutting down' } : {}) },
      {
        name: 'policies',
        ok: policies.stale === undefined,
        ...(problems === undefined
          ? {}
          : { detail: `the last good bundle stays in force: ${namesOf(problems)}` }),
      },
    ],
  };
}

/** What broke the log off is told by its code alone: the message may name files, and everyone may ask. */
function logDetail({ state, failure }: Pick<AuditLog, 'state' | 'failure'>): string {
  if (state !== 'broken') return state;
  const code = failure?.code === undefined ? '' : ` (${failure.code})`;
  return `broken${code}: nothing is decided until the disk is looked at and the gateway started again; its own log says more`;
}

/** Problems that a check shows; all of them are in the process log and the audit log. */
const SHOWN_PROBLEMS = 3;

function namesOf(problems: readonly PolicyProblem[]): string {
  const shown = problems.slice(0, SHOWN_PROBLEMS).map(problemLine);
  const more = problems.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
