/** What a hold keeps: events that fit all members given. `from` is inclusive, `to` exclusive (RFC 3339, UTC). */
export type HoldScope = {
  tenant_id?: string;
  agent_id?: string;
  trace_id?: string;
  from?: string;
  to?: string;
};

export const HOLD_STATUSES = ['active', 'released'] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

/** An order to keep evidence: while it is active, no segment with an event that it fits is purged. */
export type Hold = {
  hold_id: string;
  status: HoldStatus;
  scope: HoldScope;
  reason: string;
  placed_by: string;
  /** The tenant of who placed it; `*`: one of all tenants, and only such a one ends it. Holds of before do not say. */
  placed_by_tenant?: string;
  placed_at: string;
  /** Set once it was released. */
  released?: { by: string; at: string; reason: string };
};

/** What of an event a hold is about. */
export type Holdable = { timestamp: string; tenant_id?: string; agent_id?: string; trace_id?: string };

/** Whether a hold keeps an event. */
export function isHeldBy({ scope }: Pick<Hold, 'scope'>, event: Holdable): boolean {
  const { tenant_id, agent_id, trace_id, from, to } = scope;
  return (
    (tenant_id === undefined || event.tenant_id === tenant_id) &&
    (agent_id === undefined || event.agent_id === agent_id) &&
    (trace_id === undefined || event.trace_id === trace_id) &&
    (from === undefined || event.timestamp >= from) &&
    (to === undefined || event.timestamp < to)
  );
}

/** A scope in words: what `purge` and the command line say of a hold. */
export function scopeText(scope: HoldScope): string {
  const { from, to, ...names } = scope;
  const parts = Object.entries(names).map(([name, value]) => `${name} ${value}`);
  if (from !== undefined) parts.push(`from ${from}`);
  if (to !== undefined) parts.push(`before ${to}`);
  return parts.join(', ');
}
