import type { AuditLog } from './audit/audit-log.ts';
import type { BundleStatus } from './bundles/bundle-registry.ts';

/** Whether the gateway can decide now, and why not. */
export type Readiness = { ready: boolean; checks: { name: string; ok: boolean; detail?: string }[] };

/**
 * Ready means: a plan sent now is decided. Policies on disk that cannot be loaded do not end that, because the last
 * good ones are in force; they are shown as a failed check, with the place to look at.
 */
export function readinessOf(state: {
  draining: boolean;
  audit: AuditLog['state'];
  policies: BundleStatus;
}): Readiness {
  const { draining, audit, policies } = state;
  const problem = policies.stale?.problems[0];
  return {
    ready: !draining && audit === 'open',
    checks: [
      { name: 'audit_log', ok: audit === 'open', detail: audit },
      { name: 'accepting', ok: !draining, ...(draining ? { detail: 'shutting down' } : {}) },
      {
        name: 'policies',
        ok: policies.stale === undefined,
        ...(problem === undefined
          ? {}
          : {
              detail: `the last good bundle stays in force: ${problem.file}:${problem.line}:${problem.column}: ${problem.message}`,
            }),
      },
    ],
  };
}
