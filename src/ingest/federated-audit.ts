import type { AuditQueries } from '../replay/audit-queries.ts';
import type { Reach } from './federated-replay.ts';

/**
 * Lists the events of the gateway's own log, or with `log` those of one that was taken over: a sequence means something in
 * one log alone, so they are never mixed.
 */
export function createFederatedAudit(
  { own, origin }: { own: AuditQueries; origin: string },
  reach: Reach<{ audit: AuditQueries }>,
): AuditQueries {
  return {
    async list({ log, ...filter }, tenantId) {
      if (log === undefined || log === origin) return own.list(filter, tenantId);
      const [one] = reach(tenantId, log);
      return one === undefined ? { events: [] } : one.audit.list(filter, tenantId);
    },
  };
}
