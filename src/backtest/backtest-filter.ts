import type { AuditEvent } from '../audit/event.ts';
import type { JsonObject } from '../json/value.ts';
import type { Envelope, Plan } from '../plan/plan.ts';

/** Which recorded plans are decided again; all given ones must hold. `from` is inclusive, `to` exclusive (RFC 3339). */
export type BacktestFilter = {
  from?: string;
  to?: string;
  tenant_id?: string;
  agent_id?: string;
  tool_name?: string;
  /** As it was decided then. */
  decision?: string;
  /** The version of the bundle it was decided under. */
  policy_bundle?: string;
  /** The origin of the only log that is read. */
  log?: string;
};

/** What can be told from the event alone, before its plan is looked at. */
export function fitsEvent(filter: BacktestFilter, event: AuditEvent): boolean {
  const { from, to } = filter;
  return (
    (from === undefined || event.timestamp >= from) &&
    (to === undefined || event.timestamp < to) &&
    (['tenant_id', 'agent_id', 'policy_bundle'] as const).every(
      (name) => filter[name] === undefined || filter[name] === event[name],
    )
  );
}

/**
 * Whether the plan was meant to run and has a step of the tool that is asked for. A record that does not tell fits: what
 * cannot be read is counted as that, and not passed over.
 */
export function fitsPlan({ tool_name }: BacktestFilter, payload: JsonObject | undefined): boolean {
  const { plan, envelope } = (payload ?? {}) as { plan?: Partial<Plan>; envelope?: Partial<Envelope> };
  if (envelope?.mode !== undefined && envelope.mode !== 'enforce') return false;
  const steps: unknown = plan?.steps;
  return (
    tool_name === undefined || !Array.isArray(steps) || steps.some((step) => step?.tool_name === tool_name)
  );
}
