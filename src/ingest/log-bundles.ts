import type { AuditEvent } from '../audit/event.ts';
import type { AuditQueries } from '../replay/audit-queries.ts';
import type { Reach } from './federated-replay.ts';

export const LOG_BUNDLE_STATES = ['as_active', 'not_active', 'no_decision'] as const;

/** What a process decided under last, as far as its log was handed over, beside what the gateway decides under. */
export type LogBundle = {
  log: string;
  tenant_id: string;
  status: (typeof LOG_BUNDLE_STATES)[number];
  /** The version of the bundle; absent while it has decided nothing. */
  version?: string;
  /** When the last decision was made that was handed over. */
  decided_at?: string;
};

/** Logs of one answer. */
const MAX_LISTED = 500;

/** Says of each log that a tenant (`*`: anyone) has whether its last decision was made under the bundle that is active here. */
export function createLogBundles(
  reach: Reach<{ origin: string; tenant_id: string; audit: AuditQueries }>,
  active: () => string,
): (tenantId: string) => Promise<LogBundle[]> {
  return async (tenantId) => {
    const found: LogBundle[] = [];
    for (const { origin: log, tenant_id, audit } of reach(tenantId).slice(0, MAX_LISTED)) {
      const { policy_bundle: version, timestamp: decided_at } = (await lastDecision(audit, tenantId)) ?? {};
      if (version === undefined || decided_at === undefined)
        found.push({ log, tenant_id, status: 'no_decision' });
      else {
        const status = version === active() ? 'as_active' : 'not_active';
        found.push({ log, tenant_id, status, version, decided_at });
      }
    }
    return found;
  };
}

/** A page may end before it has found one. */
async function lastDecision(audit: AuditQueries, tenantId: string): Promise<AuditEvent | undefined> {
  const filter = { event_type: 'decision_made', limit: 1 };
  let page = await audit.list(filter, tenantId);
  while (page.events.length === 0 && page.next_cursor !== undefined)
    page = await audit.list({ ...filter, cursor: page.next_cursor }, tenantId);
  return page.events[0];
}
